using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>An open session with one server, ready for mail after mail. Used by one caller at a time.</summary>
public sealed class SmtpClientSession : IDisposable
{
    private readonly SmtpWire _wire;
    private readonly SmtpClientOptions _options;
    private readonly bool _trustedTls;

    private SmtpClientSession(SmtpWire wire, SmtpClientOptions options, SmtpHandshake handshake)
    {
        _wire = wire;
        _options = options;
        _trustedTls = handshake.Trusted;
        Extensions = handshake.Offered;
        IsEncrypted = handshake.Encrypted;
        TlsFallback = options.Tls == SmtpTlsMode.Opportunistic && handshake.Offered.StartTls && !handshake.Encrypted;
    }

    public SmtpExtensions Extensions { get; }

    public bool IsEncrypted { get; }

    /// <summary>TLS was offered and did not come about, so that mail travels in the clear.</summary>
    public bool TlsFallback { get; }

    /// <summary>Transactions so far.</summary>
    public int Transactions { get; private set; }

    /// <summary>False once the peer has closed, said that it will, or said something that nobody asked for.</summary>
    public bool IsUsable => !_wire.HasUnasked && (Extensions.MailLimit is not { } limit || Transactions < limit);

    /// <exception cref="SmtpClientException">No session can be had now; the reply says why.</exception>
    public static async ValueTask<SmtpClientSession> OpenAsync(SmtpClientOptions options, SmtpDial dial, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(options, dial, clock, withoutTls: false, cancellationToken);
        }
        catch (SmtpClientException fault) when (fault.Fault == SmtpFault.Tls && options.Tls == SmtpTlsMode.Opportunistic)
        {
            // RFC 7435: some protection most of the time; mail still flows to a server whose TLS is broken.
            return await OpenAsync(options, dial, clock, withoutTls: true, cancellationToken);
        }
    }

    /// <summary>Sends one mail. Faults of the network and of the peer are replies; only cancellation throws, and it never does once the peer may have the mail.</summary>
    public async ValueTask<SmtpSendResult> SendAsync(SmtpClientMessage message, CancellationToken cancellationToken)
    {
        _wire.LimitTotal(_options.TransactionTimeout);
        try
        {
            var plan = SmtpSendPlan.Create(message, await ContentTraits.OfAsync(message.Content, cancellationToken), Extensions, _trustedTls, _options.Lmtp);
            if (plan.Refusal is { } refusal)
                return SmtpSendResult.ForAll(SmtpSendStage.Mail, message.Recipients.Count, refusal);
            return await new SmtpRecipientBatches(message, plan, _options, Extensions, _wire, cancellationToken).SendAsync(() => Transactions++);
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
    /// Asks whether the peer would take mail for a recipient, and sends none: MAIL from nobody, RCPT, RSET. The reply is the one to RCPT, or to MAIL where that
    /// was refused (then it is temporary: it says nothing of the recipient).
    /// </summary>
    /// <exception cref="SmtpClientException">The connection failed on the way.</exception>
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

    /// <summary>Says goodbye without waiting for the answer, and closes.</summary>
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
                // It is closed already, which is what was wanted.
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
            return new SmtpClientSession(wire, options, handshake);
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    private static async ValueTask<Stream> DialAsync(SmtpClientOptions options, SmtpDial dial, TimeProvider clock, CancellationToken cancellationToken)
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
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            throw SmtpClientException.Unreachable(options.Server, fault.GetBaseException().Message, fault);
        }
    }
}
