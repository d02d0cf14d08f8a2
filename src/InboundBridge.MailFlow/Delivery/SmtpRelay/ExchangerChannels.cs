using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Dane;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// The connections to mail exchangers. Connections that proved different things are kept apart: mail that demands a valid certificate never
/// goes over one that was opened without.
/// </summary>
internal sealed class ExchangerChannels : IAsyncDisposable
{
    /// <summary>The reason of a reply when a host can't promise what REQUIRETLS asks for (RFC 8689 §4.2.1).</summary>
    public const string NoRequireTls = "no_requiretls";

    /// <summary>Beyond this many pools, those without an idle connection are removed.</summary>
    private const int MostPools = 256;

    private readonly RelayOptions _options;
    private readonly SmtpClientOptions _template;
    private readonly SmtpDial _dial;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly TransportPolicies? _policies;
    private readonly TransportObserver? _observer;
    private readonly MtaStsHttps? _https;
    private readonly ConcurrentDictionary<Channel, SmtpConnectionPool> _pools = new();

    /// <param name="transport">Null: every host is used opportunistically.</param>
    /// <param name="fetch">Fetches MTA-STS policies in tests; null: over HTTPS.</param>
    /// <exception cref="IOException">The file of trusted certificates can't be read.</exception>
    public ExchangerChannels(
        RelayOptions options, IDnsResolver dns, SmtpDial dial, TimeProvider clock, ILogger log, TransportServices? transport,
        MtaStsFetch? fetch)
    {
        (_options, _dial, _clock, _log) = (options, dial, clock, log);
        _template = RelayClient.Options(options, new SmtpEndpoint("", options.Port)) with { RefuseOwnName = true };
        // Without STARTTLS there is nothing that a policy could be about.
        if (transport is null || options.Tls is not (RelayTls.Opportunistic or RelayTls.Require))
            return;
        var events = new TransportLog(transport.Logs.CreateLogger<TransportLog>());
        _observer = new TransportObserver(transport, events);
        _https = new MtaStsHttps(
            new PolicyHttpsOptions
            {
                TrustedRoots = _template.TrustedRoots,
                MayConnect = address => options.AllowPrivateAddresses || !PrivateAddresses.Contains(address),
            },
            dns,
            clock);
        var mtaSts = new MtaStsPolicies(dns, fetch ?? _https.FetchAsync, transport.Notes, Scope(options), clock, events);
        _policies = new TransportPolicies(new DaneLookup(dns, options.Port), mtaSts);
    }

    /// <summary>Begins a mail's way to the hosts of a domain.</summary>
    public async ValueTask<DomainRoute> RouteAsync(
        string domain, bool requireTls, MailContent content, CancellationToken cancellationToken)
    {
        // An address literal has no DNS in which a policy could be.
        if (_policies is null || domain.StartsWith('['))
            return new DomainRoute(policies: null, MtaStsFinding.None, domain, requireTls, content);
        var finding = await _policies.OfDomainAsync(domain, cancellationToken);
        if (finding.Failure is { } failure)
        {
            var missing = new HostPolicy(ChannelDemand.Opportunistic, PolicySource.MtaSts);
            _observer?.Observe(new SessionResult(domain, $"mta-sts.{domain}", missing, IsEncrypted: false, failure));
        }
        return new DomainRoute(_policies, finding, domain, requireTls, content);
    }

    public async ValueTask<SmtpSendResult> SendAsync(
        string domain, MailExchanger exchanger, HostPolicy policy, RelayMail mail, SmtpClientMessage part,
        CancellationToken cancellationToken)
    {
        var result = await mail.SendAsync(PoolFor(exchanger, policy), part, cancellationToken);
        if (_observer is not null && SessionOutcome.Of(domain, exchanger, policy, result) is { } session)
            _observer.Observe(session);
        return DemandText.Explain(result, domain, exchanger.Host, _options.Port, policy);
    }

    /// <summary>The result for a host that its policy keeps us from using.</summary>
    public SmtpSendResult Refuse(string domain, MailExchanger exchanger, HostPolicy policy, HostRefusal why, int recipients)
    {
        _observer?.Observe(new SessionResult(domain, exchanger.Host, policy, IsEncrypted: false, why.Failure) { Detail = why.Text });
        var reply = policy.Source == PolicySource.RequireTls
            ? SmtpReply.Create(550, 7, 30, why.Text, NoRequireTls)
            : SmtpReply.Create(451, 7, 5, why.Text, "tls_policy");
        return new SmtpSendResult(SmtpSendStage.Connect, [.. Enumerable.Repeat(reply, recipients)]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
            await pool.DisposeAsync();
        _https?.Dispose();
    }

    private SmtpConnectionPool PoolFor(MailExchanger exchanger, HostPolicy policy)
    {
        if (_pools.Count >= MostPools)
        {
            foreach (var (key, idle) in _pools)
            {
                // A connection in use finishes its mail and closes then.
                if (idle.IdleCount == 0 && _pools.TryRemove(key, out var gone))
                    _ = gone.DisposeAsync().AsTask();
            }
        }
        var channel = new Channel(exchanger.Host, exchanger.Address, policy.Demand, policy.Dane?.Fingerprint());
        return _pools.GetOrAdd(channel, static (_, way) => way.Self.Open(way.To, way.By), (Self: this, To: exchanger, By: policy));
    }

    private SmtpConnectionPool Open(MailExchanger exchanger, HostPolicy policy)
    {
        var server = new SmtpEndpoint(exchanger.Address.ToString(), _options.Port);
        var client = _template with { Server = server, CertificateName = exchanger.Host };
        return RelayClient.Pool(_options, Protect(client, policy), _dial, _clock, _log);
    }

    private SmtpClientOptions Protect(SmtpClientOptions client, HostPolicy policy) => policy switch
    {
        { Demand: ChannelDemand.Authenticated } => client with { Tls = SmtpTlsMode.Require },
        { Demand: ChannelDemand.Dane, Dane: { } terms } => client with
        {
            Tls = SmtpTlsMode.Require,
            CertificateName = terms.ServerName,
            CertificateCheck = (certificate, others) =>
                SessionOutcome.FaultOf(DaneCheck.Judge(terms, certificate, others, _clock.GetUtcNow())),
        },
        // The operator's "require" asks for more than records that can't be used.
        { Demand: ChannelDemand.Encrypted } when client.Tls != SmtpTlsMode.Require =>
            client with { Tls = SmtpTlsMode.Require, TakesAnyCertificate = true },
        _ => client,
    };

    /// <summary>A policy counts only for relays that trust the authorities by which it was fetched.</summary>
    private static string Scope(RelayOptions options) =>
        options.TrustedCertificates is { } file ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))[..16] : string.Empty;

    /// <param name="Proof">The TLSA records that the certificate matched; null without DANE.</param>
    private readonly record struct Channel(string Host, IPAddress Address, ChannelDemand Demand, string? Proof);
}
