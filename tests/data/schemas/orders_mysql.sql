CREATE TABLE orders (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'Number of the order',
  paid TINYINT(1) NOT NULL DEFAULT 0,
  status ENUM('placed', 'paid') NOT NULL,
  changed DATETIME(6) NULL,
  UNIQUE KEY one_status (status)
) ENGINE = InnoDB COMMENT = 'Orders';
