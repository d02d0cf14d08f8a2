using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Checks;

/// <summary>The facts that the checks of the sender's side supply, and how each is read from the verdicts.</summary>
public static class SenderFacts
{
    /// <summary>
    /// A name that can't be looked up now is unknown, and not absent: rules that refuse clients without a name would refuse for good.
    /// </summary>
    public static FactReaders<MailVerdicts> Readers { get; } = new()
    {
        { Fact.ClientName, verdicts => verdicts.Iprev.Result == CheckResult.TempError
            ? FactValue.NotKnown : FactValue.Of(verdicts.Iprev.Name) },
        { Fact.Spf, verdicts => FactValue.Of(verdicts.Spf.Result.Word()) },
        { Fact.SpfExplanation, verdicts => FactValue.Of(verdicts.Spf.Explanation) },
        { Fact.Dkim, verdicts => FactValue.Of(DkimSummary.Of(verdicts.Dkim).Word()) },
        { Fact.DkimDomain, verdicts => FactValue.Of(PassingDomains(verdicts.Dkim)) },
        { Fact.Dmarc, verdicts => FactValue.Of(verdicts.Dmarc.Result.Word()) },
        { Fact.DmarcPolicy, verdicts => FactValue.Of(verdicts.Dmarc.Policy) },
        { Fact.Verdict, verdicts => FactValue.Of(verdicts.Verdict.Word()) },
        { Fact.Arc, verdicts => FactValue.Of(verdicts.Arc.Result.Word()) },
        { Fact.Dnsbl, verdicts => FactValue.Of(Zones(verdicts.Dnsbl, allow: false)) },
        { Fact.Dnswl, verdicts => FactValue.Of(Zones(verdicts.Dnsbl, allow: true)) },
    };

    /// <summary>For <c>authentication.iprev</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> IprevAsync(CheckedMail mail, CancellationToken cancellationToken)
    {
        if (mail.Sender is not { } sender)
            return Of("authentication.iprev", null, MailVerdicts.NotAsked);
        var verdict = await sender.IprevAsync(cancellationToken);
        return verdict.Result == CheckResult.TempError
            ? throw new IOException("the client's name can't be looked up now")
            : Of("authentication.iprev", sender, MailVerdicts.NotAsked with { Iprev = verdict });
    }

    /// <summary>For <c>authentication.spf</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> SpfAsync(CheckedMail mail, CancellationToken cancellationToken) =>
        Of("authentication.spf", mail.Sender, mail.Sender is { } sender
            ? MailVerdicts.NotAsked with { Spf = await sender.SpfAsync(cancellationToken) } : MailVerdicts.NotAsked);

    /// <summary>For <c>authentication.dnsbl</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> ListsAsync(CheckedMail mail, CancellationToken cancellationToken) =>
        Of("authentication.dnsbl", mail.Sender, mail.Sender is { } sender
            ? MailVerdicts.NotAsked with { Dnsbl = (await sender.ListsAsync(cancellationToken)).Listings } : MailVerdicts.NotAsked);

    /// <summary>For <c>authentication.dkim</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> DkimAsync(CheckedMail mail, CancellationToken cancellationToken) =>
        Of("authentication.dkim", mail.Sender, mail.Sender is { } sender
            ? MailVerdicts.NotAsked with { Dkim = (await sender.SignaturesAsync(cancellationToken)).Dkim } : MailVerdicts.NotAsked);

    /// <summary>For <c>authentication.arc</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> ArcAsync(CheckedMail mail, CancellationToken cancellationToken) =>
        Of("authentication.arc", mail.Sender, mail.Sender is { } sender
            ? MailVerdicts.NotAsked with { Arc = (await sender.SignaturesAsync(cancellationToken)).Arc } : MailVerdicts.NotAsked);

    /// <summary>For <c>authentication.dmarc</c>.</summary>
    public static async ValueTask<IReadOnlyDictionary<Fact, FactValue>> DmarcAsync(CheckedMail mail, CancellationToken cancellationToken) =>
        Of("authentication.dmarc", mail.Sender, mail.Sender is { } sender
            ? await sender.ConcludeAsync(cancellationToken) : MailVerdicts.NotAsked);

    /// <summary>The fact, if its check has answered; nothing is waited for.</summary>
    internal static FactValue Known(Fact fact, SenderCheck sender)
    {
        if (!Readers.Has(fact))
            return FactValue.NotKnown;
        if (sender.Concluded is { } all)
            return Told(fact, all, sender);
        var verdicts = MailVerdicts.NotAsked;
        var known = sender.Known;
        var part = fact.Source.Check switch
        {
            "authentication.iprev" when known.Iprev is { } iprev => verdicts with { Iprev = iprev },
            "authentication.dnsbl" when known.Lists is { } lists => verdicts with { Dnsbl = lists.Listings },
            "authentication.spf" when known.Spf is { } spf => verdicts with { Spf = spf },
            "authentication.dkim" when known.Signatures is { } signatures => verdicts with { Dkim = signatures.Dkim },
            "authentication.arc" when known.Signatures is { } signatures => verdicts with { Arc = signatures.Arc },
            _ => null,
        };
        return part is null ? FactValue.NotKnown : Told(fact, part, sender);
    }

    /// <summary>Where it stays unknown, the check is asked, and says why.</summary>
    private static FactValue Told(Fact fact, MailVerdicts verdicts, SenderCheck sender) =>
        OpenAnswers.Has(fact.Source.Check, verdicts, sender) ? FactValue.NotKnown : Readers.Read(fact, verdicts);

    private static Dictionary<Fact, FactValue> Of(string check, SenderCheck? sender, MailVerdicts verdicts)
    {
        if (sender is not null && OpenAnswers.Has(check, verdicts, sender))
            throw new IOException(OpenAnswers.Problem);
        var facts = new Dictionary<Fact, FactValue>(2);
        foreach (var fact in Readers)
        {
            if (fact.Source.Check == check)
                facts.Add(fact, Readers.Read(fact, verdicts));
        }
        return facts;
    }

    private static List<string> PassingDomains(IReadOnlyList<DkimVerdict> signatures) =>
        [.. signatures.Where(signature => signature is { Result: CheckResult.Pass, IsPartial: false })
            .Select(signature => signature.Domain).Distinct(StringComparer.Ordinal)];

    private static List<string> Zones(IReadOnlyList<DnsblListing> listings, bool allow) =>
        [.. listings.Where(listing => listing.Allows == allow).Select(listing => listing.Zone).Distinct(StringComparer.Ordinal)];
}
