"""Pide el log de una ejecución donde no hay ninguna."""

from prefect import get_run_logger

if __name__ == "__main__":
    get_run_logger().info("¿Hay alguien?")
