using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// One transaction: MAIL, RCPT for each recipient, and the message (RFC 5321 §3.3). Commands are sent in groups if the server offers
/// PIPELINING (RFC 2920), otherwise one by one. Whatever happens, each recipient ends with a reply, and a recipient for whom the server has
/// answered is not sent to again.
/// </summary>
internal sealed class SmtpTransaction(
    SmtpWire wire, SmtpClientOptions options, SmtpSendPlan plan, SmtpContent content, bool pipelining, CancellationToken cancellationToken)
{
    /// <summary>Commands in one group. Their replies must fit into the socket buffers while we still write (RFC 2920 §3.1).</summary>
    private const int Window = 128;

    private readonly List<string> _commands = [plan.MailCommand];
    private SmtpReply? _mail;
    private SmtpReply? _data;
    private SmtpReply[] _replies = [];

    /// <summary>Which recipients have a final reply of their own.</summary>
    private bool[] _settled = [];

    private bool[] _refusedAtRcpt = [];

    public SmtpSendStage Stage =>
        _mail is not { IsPositive: true } ? SmtpSendStage.Mail
        : Array.Exists(_settled, settled => settled) ? SmtpSendStage.Recipients
        : SmtpSendStage.Data;

    /// <summary>No reply came, or only a 421 by which the server announced that it closes an idle connection.</summary>
    public bool NothingHeard => _mail is null or { Code: 421 };

    /// <summary>
    /// The message was sent, or RCPT refused everybody, and the session can open another transaction for recipients that exceeded the limit
    /// of this one.
    /// </summary>
    public bool MayGoOn { get; private set; }

    /// <summary>
    /// The reply that is about no recipient in particular: to MAIL, DATA or the message, or the fault; null if there was none.
    /// </summary>
    public SmtpReply? ForAll { get; private set; }

    /// <summary>Recipients that RCPT did not refuse.</summary>
    private int Accepted => _settled.Count(settled => !settled);

    /// <summary>The server's reply to RCPT refused this recipient.</summary>
    public bool IsRefusedAtRcpt(int recipient) => _refusedAtRcpt[recipient];

    /// <summary>Sends to these recipients and returns a reply for each of them.</summary>
    public async ValueTask<SmtpReply[]> RunAsync(IReadOnlyList<string> rcptCommands)
    {
        _replies = new SmtpReply[rcptCommands.Count];
        _settled = new bool[rcptCommands.Count];
        _refusedAtRcpt = new bool[rcptCommands.Count];
        _commands.AddRange(rcptCommands);
        try
        {
            await EnvelopeAsync();
            MayGoOn = await ContentAsync() && !wire.Broken;
        }
        catch (SmtpClientException fault)
        {
            wire.Abort();
            Settle(fault.Reply);
        }
        return _replies;
    }

    private async ValueTask EnvelopeAsync()
    {
        var fitsOneGroup = pipelining && !plan.Chunked && _commands.Count < Window;
        if (fitsOneGroup)
            _commands.Add("DATA");
        var window = pipelining ? Window : 1;
        for (var first = 0; first < _commands.Count && _mail is not { IsPositive: false }; first += window)
        {
            var group = Math.Min(window, _commands.Count - first);
            for (var index = first; index < first + group; index++)
                wire.Append(_commands[index]);
            await wire.FlushAsync(options.CommandTimeout, cancellationToken);
            for (var index = first; index < first + group; index++)
                Take(index, await wire.ReadReplyAsync(options.CommandTimeout, cancellationToken));
        }
    }

    private void Take(int index, SmtpReply reply)
    {
        if (index > _replies.Length)
        {
            _data = reply;
        }
        else if (reply.Code is >= 300 and < 400)
        {
            throw SmtpClientException.Violation($"{reply.Code} as the answer to {(index == 0 ? "MAIL" : "RCPT")}");
        }
        else if (index == 0)
        {
            _mail = reply;
        }
        else
        {
            _replies[index - 1] = Understood(reply);
            _settled[index - 1] = _refusedAtRcpt[index - 1] = !reply.IsPositive && reply.Code != 421;
        }
        // RFC 5321 §3.8: after 421 the server closes the connection and forgets the transaction.
        if (reply.Code == 421)
            throw SmtpClientException.Refused(reply);
    }

    private async ValueTask<bool> ContentAsync()
    {
        if (!_mail!.IsPositive)
        {
            // The replies to RCPT (usually 503) only follow from the refusal of MAIL.
            ForAll = _mail;
            Array.Fill(_replies, _mail);
            Array.Fill(_settled, true);
            await GiveUpAsync();
            return false;
        }
        if (Accepted == 0)
        {
            await GiveUpAsync();
            return true;
        }
        if (!plan.Chunked)
        {
            _data ??= await wire.AskAsync("DATA", options.CommandTimeout, cancellationToken);
            if (_data.Code is < 300)
                throw SmtpClientException.Violation($"{_data.Code} as the answer to DATA");
            if (_data.Code >= 400)
            {
                Settle(_data);
                await ResetAsync();
                return false;
            }
        }
        await SendContentAsync();
        await ReadFinalRepliesAsync();
        return true;
    }

    private async ValueTask SendContentAsync()
    {
        var writer = new SmtpContentWriter(wire, content, options.CommandTimeout);
        try
        {
            if (plan.Chunked)
                await writer.WriteChunkAsync(cancellationToken);
            else
                await writer.WriteDataAsync(cancellationToken);
        }
        catch (SmtpClientException fault) when (fault.Fault == SmtpFault.Lost)
        {
            // A server that refuses in the middle of a message sends its reply before it closes.
            throw await ReadLastReplyAsync() is { IsPositive: false } reply ? SmtpClientException.Refused(reply) : fault;
        }
    }

    /// <summary>
    /// Reads the reply to the end of the data. The server may have accepted the message by now, so cancellation no longer counts.
    /// </summary>
    private async ValueTask ReadFinalRepliesAsync()
    {
        if (!options.Lmtp)
        {
            Settle(Final(await wire.ReadReplyAsync(options.DataTimeout, CancellationToken.None)));
            return;
        }
        // RFC 2033 §4.2: one reply for each recipient that was accepted, in order.
        for (var index = 0; index < _replies.Length; index++)
        {
            if (_settled[index])
                continue;
            var reply = Final(await wire.ReadReplyAsync(options.DataTimeout, CancellationToken.None));
            if (reply.Code == 421)
                throw SmtpClientException.Refused(reply);
            _replies[index] = reply;
            _settled[index] = true;
        }
    }

    /// <summary>Every recipient was refused. A server that accepts DATA nevertheless (RFC 2920 §3.1) gets an empty message.</summary>
    private async ValueTask GiveUpAsync()
    {
        if (_data is not { Code: >= 300 and < 400 })
        {
            await ResetAsync();
            return;
        }
        // RFC 2033 defines no reply to a message without recipients.
        if (options.Lmtp)
            wire.Abort();
        else
            _ = await wire.AskAsync(".", options.DataTimeout, cancellationToken);
    }

    private async ValueTask ResetAsync()
    {
        if (wire.Broken)
            return;
        try
        {
            if (!(await wire.AskAsync("RSET", options.CommandTimeout, cancellationToken)).IsPositive)
                wire.Abort();
        }
        catch (SmtpClientException)
        {
            // Every recipient has a reply; only the connection can't be used again.
            wire.Abort();
        }
    }

    /// <summary>Gives this reply to each recipient that has no final reply.</summary>
    private void Settle(SmtpReply reply)
    {
        ForAll = reply;
        for (var index = 0; index < _replies.Length; index++)
        {
            if (!_settled[index])
                _replies[index] = reply;
        }
    }

    private async ValueTask<SmtpReply?> ReadLastReplyAsync()
    {
        try
        {
            return await wire.ReadReplyAsync(TimeSpan.FromSeconds(5), cancellationToken);
        }
        catch (SmtpClientException)
        {
            return null;
        }
    }

    private static SmtpReply Final(SmtpReply reply) =>
        reply.Code is >= 300 and < 400 ? throw SmtpClientException.Violation($"{reply.Code} as the answer to the mail") : reply;

    /// <summary>
    /// Some servers reply 552 for too many recipients, which means 452 (RFC 5321
    /// §4.5.3.1.10). With another enhanced code 552 means a full mailbox.
    /// </summary>
    private static SmtpReply Understood(SmtpReply reply) =>
        reply is { Code: 552, Enhanced: null or { Subject: 5, Detail: 3 } }
            ? reply with { Code = 452, LogDetail = "552, taken for 452" }
            : reply;
}
