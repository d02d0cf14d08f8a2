using System.Diagnostics;
using System.Net;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.MailFlow.SenderAuthentication.Dmarc;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.SenderAuthentication.Judgement;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.SenderAuthentication.Spf;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication;

/// <summary>
/// The checks of one mail. SPF begins at once, the look-ups of keys and of the DMARC record when the header is complete
/// (<see cref="Take"/>, <see cref="HeaderArrived"/>), and after the last octet only arithmetic is left (<see cref="ConcludeAsync"/>).
/// Nothing waits before an answer is asked for. The session calls it; after that other threads may read what is known.
/// </summary>
public sealed class SenderCheck : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _over = new();
    private readonly SenderChecks _checks;
    private readonly ClientCheck _client;
    private readonly MailDnsShares _dns;
    private readonly BegunCheck<SpfVerdict>? _spf;
    private readonly string _spfDomain;
    private SignatureCheck? _octets;
    private DmarcCheck? _dmarc;
    private string? _author;
    private BegunCheck<SignatureVerdicts>? _signatures;
    private BegunCheck<MailVerdicts>? _conclusion;

    internal SenderCheck(ClientCheck client, string helo, string sender)
    {
        (_client, _checks) = (client, client.Checks);
        _dns = _checks.Shares(client.Dns);
        _spfDomain = sender.Length == 0 ? helo : sender[(sender.LastIndexOf('@') + 1)..];
        if (_checks.Spf is { } spf)
            _spf = BegunCheck<SpfVerdict>.Of(
                _dns.Spf.Until(
                    client.Address is { } address
                        ? spf.CheckAsync(_dns.Spf, new SpfRequest(address, helo, sender), _over.Token)
                        : new ValueTask<SpfVerdict>(SpfCheck.OfUnknownClient(helo, sender))),
                "spf", Stopwatch.GetTimestamp(),
                problem => new SpfVerdict(CheckResult.TempError) { Problem = problem }, client.Observer);
        _octets = _checks.Signatures?.BeginWithoutLookUps(_over.Token);
        if (_checks.Options.Dmarc is null)
            LookUpKeys([]);
    }

    /// <summary>Null where nobody knows it.</summary>
    public IPAddress? ClientIp => _client.Address;

    /// <summary>The look-ups of DMARC wait for <see cref="HeaderArrived"/>.</summary>
    public bool WantsHeader => _dmarc is null && _checks.Options.Dmarc is not null;

    /// <summary>How many DKIM signatures are verified.</summary>
    public int MostSignatures => _checks.Options.Signatures.Signatures;

    /// <summary>
    /// A look-up of the mail or of its client had no turn at the resolver, because the client asks for more than its share. What is unknown
    /// then is the client's own doing, so that a mail must not be taken for it.
    /// </summary>
    public bool IsCrowdedOut => _dns.IsCrowdedOut || _client.IsCrowdedOut;

    /// <summary>The verdicts once the mail is judged; null before.</summary>
    public MailVerdicts? Concluded => _conclusion?.Known;

    /// <summary>What is known by now. A check that has not answered is null.</summary>
    public (IprevVerdict? Iprev, DnsListAnswers? Lists, SpfVerdict? Spf, SignatureVerdicts? Signatures) Known => (
        _client.Iprev, _client.Lists, _spf is null ? SpfVerdict.NotAsked : _spf.Known,
        _checks.Signatures is null ? SignatureVerdicts.None : _signatures?.Known);

    /// <summary>The verdicts as far as they are known: whole once the mail is judged.</summary>
    public MailVerdicts SoFar
    {
        get
        {
            if (Concluded is { } all)
                return all;
            var (iprev, lists, spf, signatures) = Known;
            return new MailVerdicts
            {
                Iprev = iprev ?? IprevVerdict.NotAsked,
                Spf = spf ?? SpfVerdict.NotAsked,
                Dkim = signatures?.Dkim ?? [],
                Arc = signatures?.Arc ?? ArcVerdict.NotAsked,
                Dnsbl = lists?.Listings ?? [],
                DnsblProblems = lists?.ProblemTexts ?? [],
            };
        }
    }

    public ValueTask<IprevVerdict> IprevAsync(CancellationToken cancellationToken) => _client.IprevAsync(cancellationToken);

    public ValueTask<DnsListAnswers> ListsAsync(CancellationToken cancellationToken) => _client.ListsAsync(cancellationToken);

    public ValueTask<SpfVerdict> SpfAsync(CancellationToken cancellationToken) =>
        _spf?.AnswerAsync(cancellationToken) ?? new ValueTask<SpfVerdict>(SpfVerdict.NotAsked);

    /// <param name="octets">The next ones of the mail, exactly as they came.</param>
    public void Take(ReadOnlySpan<byte> octets) => _octets?.Take(octets);

    /// <summary>Begins the look-ups of DMARC, and after them those of keys. The first call counts.</summary>
    public void HeaderArrived(SenderHeader header)
    {
        if (_dmarc is not null || _checks.Options.Dmarc is not { } options)
            return;
        _author = header.AuthorDomains is [var only] ? DomainName.Canonical(only) : null;
        _dmarc = options.Unchecked.Count == 2 ? DmarcCheck.OfNothing(options)
            : header.AuthorProblem is { } problem ? DmarcCheck.OfUnknownAuthor(problem, options)
            : new DmarcCheck(header.AuthorDomains, options);
        // Policies first: a part that is made before them would keep turns that nobody takes.
        var policies = _dns.Policies(_dmarc.Authors.Count);
        _dmarc.Begin(policies, _dns.Signers, _over.Token);
        LookUpKeys(_dmarc.Authors);
        _dmarc.BeginLikely(header.SigningDomains.Prepend(_spfDomain));
    }

    /// <param name="authors">Empty where nothing depends on them.</param>
    private void LookUpKeys(IReadOnlyList<string> authors) =>
        _octets?.LookUp(new KeyShares(authors, _dns.Signers, _dns.Strangers, _dns.Sealers));

    /// <summary>DKIM and ARC, after the last octet.</summary>
    public ValueTask<SignatureVerdicts> SignaturesAsync(CancellationToken cancellationToken)
    {
        if (_checks.Signatures is null)
            return new ValueTask<SignatureVerdicts>(SignatureVerdicts.None);
        lock (_gate)
            _signatures ??= BegunCheck<SignatureVerdicts>.Of(
                VerifyAsync(), "dkim", Stopwatch.GetTimestamp(), FailedSignatures, _client.Observer);
        return _signatures.AnswerAsync(cancellationToken);
    }

    /// <summary>All verdicts, after the last octet and <see cref="HeaderArrived"/>.</summary>
    /// <exception cref="OperationCanceledException">The mail was given up.</exception>
    public ValueTask<MailVerdicts> ConcludeAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            _conclusion ??= BegunCheck<MailVerdicts>.Of(
                JudgeAsync(), "verdict", Stopwatch.GetTimestamp(), NotJudged, _client.Observer);
        return _conclusion.AnswerAsync(cancellationToken);
    }

    /// <summary>The mail is accepted or given up; look-ups that are under way end. What is known stays known.</summary>
    public void Dispose()
    {
        _over.Cancel();
        lock (_gate)
        {
            if (_signatures is null)
                _octets?.Dispose();
            _octets = null;
        }
    }

    private async ValueTask<SignatureVerdicts> VerifyAsync()
    {
        using var octets = _octets ?? throw new OperationCanceledException("the mail was given up");
        // Without a header that arrived, nothing depends on the order.
        if (_dmarc is null)
            LookUpKeys([]);
        return await octets.CompleteAsync(_author, _over.Token);
    }

    private async ValueTask<MailVerdicts> JudgeAsync()
    {
        var stop = _over.Token;
        var signatures = await SignaturesAsync(stop);
        var spf = await SpfAsync(stop);
        var dmarc = DmarcVerdict.NotAsked;
        if (_dmarc is { } policies)
            dmarc = await BegunCheck<DmarcVerdict>.Of(
                policies.EvaluateAsync(spf, signatures.Dkim), "dmarc", Stopwatch.GetTimestamp(),
                problem => new DmarcVerdict(CheckResult.TempError) { Problem = problem }, _client.Observer).AnswerAsync(stop);
        var lists = await ListsAsync(stop);
        return SenderJudgement.Of(new MailVerdicts
        {
            Iprev = await IprevAsync(stop),
            Spf = spf,
            Dkim = signatures.Dkim,
            Dmarc = dmarc,
            Arc = signatures.Arc,
            Dnsbl = lists.Listings,
            DnsblProblems = lists.ProblemTexts,
        });
    }

    /// <summary>What is known stays known. Nobody may take a mail that was not judged for a mail that nobody asked about.</summary>
    private MailVerdicts NotJudged(string problem) => SoFar with
    {
        Dmarc = new DmarcVerdict(CheckResult.TempError) { Problem = problem },
        Reasons = [$"temperror ({problem})"],
    };

    private static SignatureVerdicts FailedSignatures(string problem) => new(
        [new DkimVerdict(CheckResult.TempError) { Reason = problem }], new ArcVerdict(CheckResult.TempError) { Reason = problem });
}
