"""El mismo informe, y además lo que cuenta la biblioteca."""

import logging

from informe_con_log import informe_con_log

logging.getLogger("limpieza").setLevel(logging.INFO)

if __name__ == "__main__":
    informe_con_log()
