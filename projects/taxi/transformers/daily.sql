-- Trips day by day
-- How many trips each day had, how far and how long they went, and what they brought in.
SELECT
    day,
    count(*)                          AS trips,
    sum(passengers)::BIGINT           AS passengers,
    round(avg(distance), 3)           AS mean_distance,
    round(avg(minutes), 3)            AS mean_minutes,
    round(sum(total), 2)              AS revenue,
    round(sum(tip) / sum(fare), 4)    AS tip_share
FROM clean_trips
GROUP BY day
ORDER BY day
