"""English words of four letters and more that say nothing of a subject.

A small blog has too few texts to see by counting that "with" is frequent. Other languages rely on
counting alone.
"""

STOPWORDS = frozenset(
    """
    about above actually after again against almost along already also although always among
    another anyone anything around away back because been before behind being below best better
    between both came cannot come could didn does doesn doing done down each either else enough
    even ever every everyone everything fewer first following from further gets gone good have
    haven having here hers herself himself however into isn itself just keep last later least less
    like made make makes many maybe might more most much must myself need needs neither never next
    nothing often once only onto other others ours ourselves over part perhaps quite rather really
    said same seem seems several shall should since some someone something sometimes soon still
    such take than that their theirs them themselves then there these they thing things this those
    though through today together took toward towards under until upon used uses using very want
    wants wasn well went were weren what whatever when where whether which while whole whom whose
    will with within without would year years your yours yourself
    """.split()
)
