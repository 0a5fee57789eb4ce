-- the orders of the shop
CREATE TABLE mart.fct_orders (
  order_id VARCHAR(36) NOT NULL,
  line INTEGER NOT NULL DEFAULT 1,
  customer_id BIGINT,
  amount DECIMAL(18, 2) NOT NULL,
  status TEXT DEFAULT 'placed' CHECK (status IN ('placed', 'paid')),
  code CHAR(2) UNIQUE,
  ordered_at TIMESTAMP WITH TIME ZONE,
  day DATE,
  tags TEXT[],
  share DOUBLE PRECISION,
  PRIMARY KEY (order_id, line)
);
INSERT INTO mart.fct_orders VALUES ('a');
CREATE TABLE dim_country (code CHAR(2) PRIMARY KEY, name TEXT);
