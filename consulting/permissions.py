"""Who may do what with processes (DOMAIN.md 2.5, rows «Process header» and «Agreement, plan»)."""

from dataclasses import dataclass
from datetime import date

from academy.enums import Role
from academy.selectors import roles_of

from .enums import ProcessAccess, ProcessRole
from .models import Process
from .selectors import access_by, functions_in, processes_visible_to


@dataclass(frozen=True)
class Rights:
    """What one person may do in one process: read once, asked often."""

    access: ProcessAccess = ProcessAccess.NONE
    functions: frozenset[str] = frozenset()
    leads: bool = False

    @property
    def can_read(self) -> bool:
        """Goal, people, milestones, agreement and log; who cannot read sees title, phases and dates only."""
        return self.access >= ProcessAccess.READ

    @property
    def can_change(self) -> bool:
        return self.access == ProcessAccess.WRITE

    @property
    def can_change_agreement(self) -> bool:
        """The programme lead reads the agreement; only facilitation keeps it."""
        return ProcessRole.FACILITATOR in self.functions

    @property
    def can_sign_agreement(self) -> bool:
        return ProcessRole.SPONSOR in self.functions

    @property
    def can_assign_facilitators(self) -> bool:
        """Who facilitates sees what is confidential: that is decided by the programme lead alone."""
        return self.leads


def rights_in(user, process: Process, *, on: date) -> Rights:
    """The rights of the person in the process on that day; none where the process does not exist for them."""
    if not processes_visible_to(user, on=on).filter(pk=process.pk).exists():
        return Rights()
    leads = Role.PROGRAMME_LEAD in roles_of(user, on=on)
    functions = functions_in(user, [process], on=on)[process.pk]
    return Rights(access=access_by(functions=functions, leads=leads), functions=frozenset(functions), leads=leads)


def can_create_process(user, *, on: date) -> bool:
    return bool(roles_of(user, on=on) & {Role.PROGRAMME_LEAD, Role.FACILITATOR})


def can_change_process(user, process: Process, *, on: date) -> bool:
    """Header, phases, milestones and people."""
    return rights_in(user, process, on=on).can_change


def can_change_agreement(user, process: Process, *, on: date) -> bool:
    return rights_in(user, process, on=on).can_change_agreement


def can_sign_agreement(user, process: Process, *, on: date) -> bool:
    return rights_in(user, process, on=on).can_sign_agreement


def can_assign_member(user, process: Process, role: str, *, on: date) -> bool:
    """Give or take a function: facilitation does, but who facilitates is the programme lead's decision."""
    rights = rights_in(user, process, on=on)
    return rights.can_assign_facilitators if role == ProcessRole.FACILITATOR else rights.can_change
