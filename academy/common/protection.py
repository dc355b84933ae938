"""Which protected rows stand on objects that somebody wants to delete."""

from django.db.models import PROTECT, QuerySet


def protecting_rows(objects: QuerySet) -> list[str]:
    """The names of record kinds that protect any of the objects, their multi-table children included; ordered."""
    keys = list(objects.values_list("pk", flat=True))
    models, found = [objects.model, *_children(objects.model)], set()
    for model in models:
        for relation in _relations(model):
            guards = relation.on_delete is PROTECT
            if guards and relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys}).exists():
                found.add(str(relation.related_model._meta.verbose_name_plural))
    return sorted(found)


def _children(model: type) -> list[type]:
    return [relation.related_model for relation in _relations(model) if relation.parent_link]


def _relations(model: type) -> list:
    """What points at the model, also without a name for the way back (related_name="+")."""
    fields = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.auto_created and not field.concrete and not field.many_to_many]
