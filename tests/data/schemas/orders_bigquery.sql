CREATE OR REPLACE TABLE `acme.mart.fct_orders` (
  order_id STRING(36) NOT NULL OPTIONS (description = 'Number of the order'),
  ordered_at TIMESTAMP,
  seen DATETIME,
  amount NUMERIC(18, 2),
  lines ARRAY<STRUCT<sku STRING, quantity INT64>>
)
PARTITION BY DATE(ordered_at)
OPTIONS (description = 'Orders');
