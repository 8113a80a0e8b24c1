-- Trips day by day
-- How many trips each day had, how far and how long they went, and what they brought in.
SELECT
    day,
    count(*)                  AS trips,
    sum(passengers)::BIGINT   AS passengers,
    avg(distance)             AS mean_distance,
    avg(minutes)              AS mean_minutes,
    sum(total)                AS revenue,
    sum(tip) / sum(fare)      AS tip_share
FROM clean_trips
GROUP BY day
ORDER BY day
