DROP TABLE order_funds, order_deliveries, order_services, order_cofunders, order_steps, order_numbers, orders;
