"""Lo que pasa sin `if __name__ == "__main__"`; para verlo, basta un proceso."""

from informe_procesos import informe_procesos
from prefect.task_runners import ProcessPoolTaskRunner

uno = ProcessPoolTaskRunner(max_workers=1)
print(informe_procesos.with_options(task_runner=uno)())
