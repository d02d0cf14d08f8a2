using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.Lmtp;

/// <summary>Puts mail into a mailbox store over LMTP (RFC 2033): the final delivery, which is where Return-Path and Delivered-To are written.</summary>
public sealed class LmtpTarget : IDeliveryTarget
{
    /// <summary>LMTP has no port of its own; RFC 2033 §5 forbids 25. This is the one that stores listen on by custom.</summary>
    private const int CustomaryPort = 24;

    private readonly SmtpConnectionPool _pool;

    /// <exception cref="FormatException">The address can't be one; configuration is validated before.</exception>
    public LmtpTarget(LmtpOptions options, TimeProvider clock, ILogger<LmtpTarget> log)
        : this(options, clock, log, SmtpSockets.DialAsync)
    {
    }

    internal LmtpTarget(LmtpOptions options, TimeProvider clock, ILogger<LmtpTarget> log, SmtpDial dial)
    {
        var client = ClientOptions(options);
        _pool = new SmtpConnectionPool(client, options.ConnectionReuse, options.IdleTimeout, dial, clock)
        {
            Opened = session => log.Connected(options.Name, client.Server, session.IsEncrypted),
        };
    }

    /// <summary>How the store is reached, in the client's terms.</summary>
    /// <exception cref="FormatException">The address can't be one; configuration is validated before.</exception>
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
        using var outgoing = await OutgoingMessage.ComposeAsync(attempt.Content, attempt.Delivery.HeaderEdits, Trace(attempt), cancellationToken);
        var result = await _pool.SendAsync(SmtpHandOver.Message(attempt, outgoing), cancellationToken);
        return SmtpVerdict.Of(result, attempt.Delivery.Recipients);
    }

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) => SmtpProbe.AskAsync(_pool, cancellationToken);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    /// <summary>
    /// RFC 5321 §4.4 and RFC 9228. Delivered-To only for a single recipient, since one mail goes to all of them and must not tell one of another;
    /// it bears the address that we received for, so that a mailbox that forwards back to us is seen to loop.
    /// </summary>
    private static string Trace(DeliveryAttempt attempt)
    {
        var returnPath = $"Return-Path: <{TraceAddress(attempt.Message.Envelope.Sender)}>\r\n";
        return attempt.Delivery.Recipients is [var only] ? $"{returnPath}Delivered-To: {TraceAddress(only.Original)}\r\n" : returnPath;
    }

    /// <summary>An address that holds a control was never accepted; if one is stored all the same, it adds no field.</summary>
    private static string TraceAddress(string address) => PeerText.IsClean(address) ? address : "";
}
