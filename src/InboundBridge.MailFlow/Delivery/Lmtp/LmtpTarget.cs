using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.Lmtp;

/// <summary>
/// Sends mail to a mailbox store over LMTP (RFC 2033). This is the final delivery, so Return-Path and Delivered-To are added here.
/// </summary>
public sealed class LmtpTarget : IDeliveryTarget
{
    /// <summary>LMTP has no registered port, and RFC 2033 §5 forbids 25. Mailbox stores customarily listen on this one.</summary>
    private const int CustomaryPort = 24;

    private readonly SmtpConnectionPool _pool;
    private readonly string _host;

    /// <exception cref="FormatException">The address is none. The configuration is validated before, so this is a bug.</exception>
    public LmtpTarget(LmtpOptions options, TimeProvider clock, ILogger<LmtpTarget> log)
        : this(options, clock, log, SmtpSockets.DialAsync)
    {
    }

    internal LmtpTarget(LmtpOptions options, TimeProvider clock, ILogger<LmtpTarget> log, SmtpDial dial)
    {
        var client = ClientOptions(options);
        _host = HostReply.HostOf(client.Server);
        _pool = new SmtpConnectionPool(client, options.ConnectionReuse, options.IdleTimeout, dial, clock)
        {
            Opened = session => log.Connected(options.Name, client.Server, session.IsEncrypted),
        };
    }

    /// <summary>The options of the SMTP client for the store.</summary>
    /// <exception cref="FormatException">The address is none. The configuration is validated before, so this is a bug.</exception>
    public static SmtpClientOptions ClientOptions(LmtpOptions options)
    {
        if (!SmtpEndpoint.TryParse(options.Address, CustomaryPort, out var server))
            throw new FormatException($"LMTP destination \"{options.Name}\": \"{options.Address}\" is no address");
        return new SmtpClientOptions
        {
            Server = server,
            Hostname = options.Hostname,
            Lmtp = true,
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.CommandTimeout,
            DataTimeout = options.DataTimeout,
        };
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        using var outgoing = await OutgoingMessage.ComposeAsync(attempt, Trace(attempt), cancellationToken);
        var result = await _pool.SendAsync(SmtpMessageFactory.Create(attempt, outgoing), cancellationToken);
        return SmtpOutcome.Of(result, _host, attempt.Delivery.Recipients);
    }

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) =>
        SmtpProbe.AskAsync(_pool, _host, cancellationToken);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    /// <summary>
    /// Return-Path (RFC 5321 §4.4) and Delivered-To (RFC 9228). Delivered-To is added for a single recipient only: all recipients get the
    /// same octets, which must not tell one of another. It contains the address that we received the mail for, so that we detect a loop
    /// when the mailbox forwards back to us.
    /// </summary>
    private static string Trace(DeliveryAttempt attempt)
    {
        var returnPath = $"Return-Path: <{TraceAddress(attempt.Message.Envelope.Sender)}>\r\n";
        return attempt.Delivery.Recipients is [var only] ? $"{returnPath}Delivered-To: {TraceAddress(only.Original)}\r\n" : returnPath;
    }

    /// <summary>
    /// An address with a control character is never accepted. If one is stored all the same, it must not add a header field.
    /// </summary>
    private static string TraceAddress(string address) => PeerText.IsClean(address) ? address : "";
}
