using System.Diagnostics;
using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication;

/// <summary>The checks of one client, whose answers all mails of its connection share.</summary>
public sealed class ClientCheck : IDisposable
{
    private static readonly DnsListAnswers UnknownClient =
        new([], [new DnsListProblem(string.Empty, "the proxy does not tell the client's address")]);

    private readonly CancellationTokenSource _gone = new();
    private readonly IprevVerdict? _told;
    private readonly BegunCheck<IprevVerdict>? _iprev;
    private readonly BegunCheck<DnsListAnswers>? _lists;
    private readonly DnsListAnswers? _unlisted;
    private readonly MailDnsBudget? _iprevDns;
    private readonly MailDnsBudget? _listsDns;

    internal ClientCheck(
        SenderChecks checks, IPAddress? client, SenderCheckObserver? observer, UInt128? share, IprevVerdict? told = null)
    {
        (Checks, Address, Observer, _told) = (checks, client, observer, told);
        Dns = checks.ResolverFor(share);
        if (client is null)
        {
            if (checks.Iprev is not null)
                _told ??= new IprevVerdict(CheckResult.TempError);
            _unlisted = checks.Lists is null ? null : UnknownClient;
            return;
        }
        if ((told is not null || checks.Iprev is null) && checks.Lists is null)
            return;
        // Each has a budget of its own: a client whose PTR zone is silent must not keep us from the lists.
        var began = Stopwatch.GetTimestamp();
        if (told is null && checks.Iprev is { } iprev)
            _iprev = BegunCheck<IprevVerdict>.Of(
                iprev.CheckAsync(_iprevDns = checks.WithBudget(Dns), client, _gone.Token), "iprev", began,
                _ => new IprevVerdict(CheckResult.TempError), observer);
        if (checks.Lists is { } lists)
            _lists = BegunCheck<DnsListAnswers>.Of(
                lists.CheckAsync(_listsDns = checks.WithBudget(Dns), client, _gone.Token), "dnsbl", began,
                problem => new DnsListAnswers([], [new DnsListProblem(string.Empty, problem)]), observer);
    }

    public SenderChecks Checks { get; }

    /// <summary>Null where nobody knows it.</summary>
    public IPAddress? Address { get; }

    /// <summary>The confirmed host name, as soon as it is known; null without one.</summary>
    public string? Name => Iprev?.Name;

    /// <summary>A look-up about the client had no turn at the resolver, because the client asks for more than its share.</summary>
    internal bool IsCrowdedOut => _iprevDns is { IsCrowdedOut: true } || _listsDns is { IsCrowdedOut: true };

    internal SenderCheckObserver? Observer { get; }

    /// <summary>The resolver for this client's connection and its mails.</summary>
    internal IDnsResolver Dns { get; }

    /// <summary>Null while it is not known.</summary>
    internal IprevVerdict? Iprev => _iprev is null ? _told ?? IprevVerdict.NotAsked : _iprev.Known;

    /// <summary>Null while they are not known.</summary>
    internal DnsListAnswers? Lists => _lists is null ? _unlisted ?? DnsListAnswers.None : _lists.Known;

    /// <summary>Begins the checks of a mail.</summary>
    /// <param name="helo">The argument of EHLO or HELO.</param>
    /// <param name="sender">The reverse-path; empty for the null reverse-path.</param>
    public SenderCheck Begin(string helo, string sender) => new(this, helo, sender);

    /// <summary>The client is gone; look-ups that are under way end.</summary>
    public void Dispose() => _gone.Cancel();

    internal ValueTask<IprevVerdict> IprevAsync(CancellationToken cancellationToken) =>
        _iprev?.AnswerAsync(cancellationToken) ?? new ValueTask<IprevVerdict>(_told ?? IprevVerdict.NotAsked);

    internal ValueTask<DnsListAnswers> ListsAsync(CancellationToken cancellationToken) =>
        _lists?.AnswerAsync(cancellationToken) ?? new ValueTask<DnsListAnswers>(_unlisted ?? DnsListAnswers.None);
}
