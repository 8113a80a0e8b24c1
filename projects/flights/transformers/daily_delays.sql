-- Daily delay by airline
-- One row for each day and airline. A SQL block names the blocks above it as tables,
-- and takes the pipeline's params as $name.
SELECT
    day,
    carrier,
    airline,
    count(*)                                               AS departures,
    count(*) FILTER (WHERE dep_delay >= $min_delay)        AS delayed,
    count(*) FILTER (WHERE dep_delay >= $min_delay) / count(*) AS delayed_share,
    avg(dep_delay)                                         AS mean_delay,
    median(dep_delay)                                      AS median_delay,
    max(dep_delay)                                         AS worst_delay
FROM departures
GROUP BY day, carrier, airline
ORDER BY day, carrier
