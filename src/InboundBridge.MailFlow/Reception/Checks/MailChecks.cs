using InboundBridge.MailFlow.Scanning;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Checks;

/// <summary>The checks and scanners of a configuration. Immutable; shared by all mails.</summary>
public sealed class MailChecks
{
    /// <summary>
    /// A check has limits of its own, which are shorter (<see cref="ScannerLimits.LongestTimeout"/>, the time for DNS). This one keeps a
    /// check that forgets them from holding a session for ever.
    /// </summary>
    public static readonly TimeSpan LongestCheck = ScannerLimits.LongestTimeout + TimeSpan.FromSeconds(30);

    private readonly CheckedFacts? _only;

    /// <exception cref="ArgumentException">Two suppliers stand for one check, or no fact of the catalogue names a supplier's
    /// check.</exception>
    public MailChecks(IReadOnlyList<FactSupplier> suppliers, TimeProvider clock)
        : this(suppliers, clock, isForOneMail: false)
    {
        foreach (var supplier in suppliers)
        {
            if (supplier.Facts.IsEmpty)
                throw new ArgumentException($"no fact comes from '{supplier.Check}'", nameof(suppliers));
        }
        if (suppliers.DistinctBy(supplier => supplier.Check, StringComparer.Ordinal).Count() != suppliers.Count)
            throw new ArgumentException("two suppliers stand for one check", nameof(suppliers));
    }

    private MailChecks(IReadOnlyList<FactSupplier> suppliers, TimeProvider clock, bool isForOneMail)
    {
        (Suppliers, Clock) = (suppliers, clock);
        var supplied = FactSet.None;
        foreach (var supplier in suppliers)
            supplied = supplied.With(supplier.Facts);
        AtRecipient = supplied.Intersect(KnownAt(RuleStage.Recipient));
        AtHeader = supplied.Intersect(KnownAt(RuleStage.Header));
        AtBody = supplied;
        _only = isForOneMail ? new CheckedFacts(this) : null;
    }

    /// <summary>Nothing is checked.</summary>
    public static MailChecks None { get; } = new([], TimeProvider.System);

    internal IReadOnlyList<FactSupplier> Suppliers { get; }

    internal TimeProvider Clock { get; }

    private FactSet AtRecipient { get; }

    private FactSet AtHeader { get; }

    private FactSet AtBody { get; }

    /// <summary>
    /// The same checks, whose answers about one mail are kept however often that mail is looked at anew: for explanations.
    /// </summary>
    internal MailChecks ForOneMail() => new(Suppliers, Clock, isForOneMail: true);

    /// <summary>The scanners alone: for a mail in the spool, whose sender can't be checked again.</summary>
    internal MailChecks Scanners() =>
        new([.. Suppliers.Where(supplier => ScannerFacts.Supply(supplier.Facts))], Clock, isForOneMail: false);

    /// <summary>Room for the answers about one mail; null where there is nothing to ask.</summary>
    internal CheckedFacts? Begin() => Suppliers.Count == 0 ? null : _only ?? new CheckedFacts(this);

    /// <summary>The facts that checks can tell of a mail at this stage.</summary>
    internal FactSet SuppliableAt(RuleStage stage) => stage switch
    {
        RuleStage.Recipient => AtRecipient,
        RuleStage.Header => AtHeader,
        RuleStage.Body => AtBody,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    private static FactSet KnownAt(RuleStage stage) => FactSet.Of(Fact.All.Where(fact => stage.HasReached(fact.Stage)));
}
