using System.Net.Sockets;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>An open session with one server, for one message after another. Used by one caller at a time.</summary>
public sealed class SmtpClientSession : IDisposable
{
    private static readonly SmtpReply Stale =
        SmtpReply.Create(451, 4, 0, "what the server takes has to be asked again in a new session", "stale_session");

    private readonly SmtpWire _wire;
    private readonly SmtpClientOptions _options;
    private readonly bool _trustedTls;

    private SmtpClientSession(SmtpWire wire, SmtpClientOptions options, SmtpHandshake handshake, long openedAt)
    {
        _wire = wire;
        _options = options;
        _trustedTls = handshake.Trusted;
        OpenedAt = openedAt;
        Extensions = handshake.Offered;
        IsEncrypted = handshake.Encrypted;
        Facts = new SmtpSessionFacts(handshake.Encrypted, handshake.Offered.StartTls || handshake.Encrypted, handshake.CertificateFault);
        TlsFallback = options.Tls == SmtpTlsMode.Opportunistic && handshake.Offered.StartTls && !handshake.Encrypted;
    }

    public SmtpExtensions Extensions { get; }

    public bool IsEncrypted { get; }

    /// <summary>When the server answered EHLO: a timestamp of the clock.</summary>
    internal long OpenedAt { get; }

    public SmtpSessionFacts Facts { get; }

    /// <summary>The server offered TLS, but the handshake failed, so mail is sent unencrypted.</summary>
    public bool TlsFallback { get; }

    /// <summary>Transactions in this session so far.</summary>
    public int Transactions { get; private set; }

    /// <summary>False when the server has closed the connection, has announced that, or has sent something unasked.</summary>
    public bool IsUsable => !_wire.HasUnasked && (Extensions.MailLimit is not { } limit || Transactions < limit);

    /// <exception cref="SmtpClientException">The session could not be opened; the reply says why.</exception>
    public static async ValueTask<SmtpClientSession> OpenAsync(
        SmtpClientOptions options, SmtpDial dial, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(options, dial, clock, withoutTls: false, cancellationToken);
        }
        catch (SmtpClientException fault) when (fault.Fault == SmtpFault.Tls && options.Tls == SmtpTlsMode.Opportunistic)
        {
            // RFC 7435: opportunistic TLS protects where it can, and still delivers to a server whose TLS is broken.
            return await OpenAsync(options, dial, clock, withoutTls: true, cancellationToken);
        }
    }

    /// <summary>
    /// Sends one message. Faults of the network and of the server become replies. Only cancellation throws, and never after the end of the
    /// data was sent, when the server may already have accepted the message.
    /// </summary>
    public ValueTask<SmtpSendResult> SendAsync(SmtpClientMessage message, CancellationToken cancellationToken) =>
        SendAsync(message, isStale: false, cancellationToken);

    /// <param name="isStale">
    /// The answer to EHLO is old. Nothing is refused because of it: the result is then <see cref="SmtpSendResult.NothingHeard"/>.
    /// </param>
    internal async ValueTask<SmtpSendResult> SendAsync(SmtpClientMessage message, bool isStale, CancellationToken cancellationToken)
    {
        _wire.LimitTotal(_options.TransactionTimeout);
        try
        {
            var plan = SmtpSendPlan.Create(
                message, await ContentTraits.OfAsync(message.Content, cancellationToken), Extensions, _trustedTls, _options.Lmtp);
            if (isStale && plan.RefusesAnything(message.Recipients))
                return SmtpSendResult.ForAll(SmtpSendStage.Mail, message.Recipients.Count, Stale) with { NothingHeard = true };
            if (plan.Refusal is { } refusal)
            {
                return SmtpSendResult.ForAll(SmtpSendStage.Mail, message.Recipients.Count, refusal)
                    with
                { OfferedEightBitMime = Extensions.EightBitMime };
            }
            var batches = new SmtpRecipientBatches(message, plan, _options, Extensions, _wire, cancellationToken);
            return await batches.SendAsync(() => Transactions++);
        }
        catch (IOException fault) when (fault is not SmtpClientException)
        {
            return SmtpSendResult.ForAll(SmtpSendStage.Data, message.Recipients.Count, SmtpClientException.Content(fault).Reply);
        }
        catch (OperationCanceledException)
        {
            _wire.Abort();
            throw;
        }
        finally
        {
            _wire.Rest();
        }
    }

    /// <summary>
    /// Asks whether the server would accept mail for a recipient, without sending any: MAIL with the null reverse-path, RCPT, RSET. Returns
    /// the reply to RCPT, or if MAIL was refused that reply as a temporary one, because it is not about the recipient.
    /// </summary>
    /// <exception cref="SmtpClientException">The connection failed.</exception>
    public async ValueTask<SmtpReply> AskRecipientAsync(string recipient, CancellationToken cancellationToken)
    {
        if (!EnvelopeText.IsSafe(recipient))
            return SmtpReply.Create(501, 1, 3, "not a mailbox that can be asked for");
        _wire.LimitTotal(_options.TransactionTimeout);
        try
        {
            var mail = await _wire.AskAsync("MAIL FROM:<>", _options.CommandTimeout, cancellationToken);
            if (!mail.IsPositive)
                return mail with { Code = 451 };
            var reply = await _wire.AskAsync($"RCPT TO:<{recipient}>", _options.CommandTimeout, cancellationToken);
            await _wire.AskAsync("RSET", _options.CommandTimeout, cancellationToken);
            return reply;
        }
        catch (OperationCanceledException)
        {
            _wire.Abort();
            throw;
        }
        finally
        {
            _wire.Rest();
        }
    }

    /// <summary>Sends QUIT and closes without waiting for the reply.</summary>
    public async ValueTask QuitAsync()
    {
        if (IsUsable)
        {
            try
            {
                _wire.Append("QUIT");
                await _wire.FlushAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
            }
            catch (SmtpClientException)
            {
                // The connection is closed already.
                _wire.Abort();
            }
        }
        Dispose();
    }

    public void Dispose() => _wire.Dispose();

    private static async ValueTask<SmtpClientSession> OpenAsync(
        SmtpClientOptions options, SmtpDial dial, TimeProvider clock, bool withoutTls, CancellationToken cancellationToken)
    {
        var wire = new SmtpWire(await DialAsync(options, dial, clock, cancellationToken), options.Limits, clock);
        try
        {
            wire.LimitTotal(options.CommandTimeout);
            var handshake = new SmtpHandshake(wire, options, cancellationToken);
            await handshake.RunAsync(withoutTls);
            wire.Rest();
            return new SmtpClientSession(wire, options, handshake, clock.GetTimestamp());
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    private static async ValueTask<Stream> DialAsync(
        SmtpClientOptions options, SmtpDial dial, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await dial(options.Server, either.Token);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw SmtpClientException.Unreachable(options.Server, $"no answer within {options.ConnectTimeout.TotalSeconds:0.#} s", fault);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            throw SmtpClientException.Unreachable(options.Server, Words(fault.GetBaseException()), fault);
        }
    }

    /// <summary>Of a name that the system can't look up, its own words are "Resource temporarily unavailable".</summary>
    private static string Words(Exception fault) => fault switch
    {
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => "DNS has no address for the name",
        SocketException { SocketErrorCode: SocketError.TryAgain } => "DNS: the name can't be looked up now",
        _ => fault.Message,
    };
}
