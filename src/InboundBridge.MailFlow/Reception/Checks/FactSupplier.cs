using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.Mime;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Checks;

/// <summary>
/// A check or scanner that finds out facts about a mail at some cost. It is asked when a decision needs one of its facts and cheaper ones
/// do not settle it, at most once for a mail, at the stage of its facts. An exception means that it does not know: its facts stay unknown,
/// and a decision that needs them is temporary.
/// </summary>
/// <param name="Check">Its key in the configuration, as the catalogue's entries name it: <c>authentication.spf</c>.</param>
/// <param name="SupplyAsync">Returns a value for each of its facts; absent where there is none.</param>
public sealed record FactSupplier(string Check, FactSupply SupplyAsync)
{
    /// <summary>Every entry of the catalogue that names this check.</summary>
    public FactSet Facts { get; } = FactSet.Of(Fact.All.Where(fact => fact.Source.Check == Check));
}

/// <param name="mail">The mail as far as it has arrived.</param>
public delegate ValueTask<IReadOnlyDictionary<Fact, FactValue>> FactSupply(CheckedMail mail, CancellationToken cancellationToken);

/// <summary>What a check looks at.</summary>
/// <param name="Facts">Connection, envelope and what else is known. A check that builds on another one supplies that one's facts through it
/// first.</param>
/// <param name="Mail">Null before the header; whole once all of it has arrived.</param>
/// <param name="Sender">The checks of the sender's side; null where they are not asked.</param>
public sealed record CheckedMail(MessageFacts Facts, MimeMessage? Mail, SenderCheck? Sender)
{
    /// <summary>The scanners' answers; null without scanners.</summary>
    public ScanAnswers? Scans { get; init; }

    /// <summary>What scanners are told about the mail; null until all of it has arrived, and without scanners.</summary>
    public ScannedMail? Scanned { get; init; }
}

/// <summary>Hears of a check that failed.</summary>
public delegate void CheckFailure(string messageId, string check, string problem);
