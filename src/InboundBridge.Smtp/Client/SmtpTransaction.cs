using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// One MAIL, its RCPTs and the mail (RFC 5321 §3.3): commands leave in groups where the peer offers PIPELINING (RFC 2920), else one by one.
/// Whatever happens on the way, each recipient ends with a reply, and what the peer has answered for is never asked of it again.
/// </summary>
internal sealed class SmtpTransaction(SmtpWire wire, SmtpClientOptions options, SmtpSendPlan plan, SmtpContent content, bool pipelining, CancellationToken cancellationToken)
{
    /// <summary>Commands on their way at once: their replies must fit into socket buffers while we are still writing (RFC 2920 §3.1).</summary>
    private const int Window = 128;

    private readonly List<string> _commands = [plan.MailCommand];
    private SmtpReply? _mail;
    private SmtpReply? _data;
    private SmtpReply[] _replies = [];

    /// <summary>Who has a final answer of his own.</summary>
    private bool[] _settled = [];

    public SmtpSendStage Stage =>
        _mail is not { IsPositive: true } ? SmtpSendStage.Mail : Array.Exists(_settled, settled => settled) ? SmtpSendStage.Recipients : SmtpSendStage.Data;

    /// <summary>True when no reply came, or only that of a server which has waited too long and closes.</summary>
    public bool NothingHeard => _mail is null or { Code: 421 };

    /// <summary>The mail went through, and the session can take another transaction for those who were too many for this one.</summary>
    public bool MayGoOn { get; private set; }

    /// <summary>Recipients that RCPT did not refuse.</summary>
    private int Accepted => _settled.Count(settled => !settled);

    /// <summary>Sends to these recipients and returns a reply for each of them.</summary>
    public async ValueTask<SmtpReply[]> RunAsync(IReadOnlyList<string> rcptCommands)
    {
        _replies = new SmtpReply[rcptCommands.Count];
        _settled = new bool[rcptCommands.Count];
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
            _settled[index - 1] = !reply.IsPositive && reply.Code != 421;
        }
        // RFC 5321 §3.8: nothing follows a 421, and what had been accepted is forgotten.
        if (reply.Code == 421)
            throw SmtpClientException.Refused(reply);
    }

    private async ValueTask<bool> ContentAsync()
    {
        if (!_mail!.IsPositive)
        {
            // Whatever was said to the recipients (503, as a rule) follows from this.
            Array.Fill(_replies, _mail);
            Array.Fill(_settled, true);
            await GiveUpAsync();
            return false;
        }
        if (Accepted == 0)
        {
            await GiveUpAsync();
            return false;
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
        await VerdictAsync();
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
            // A peer that refuses in the middle of a mail says why before it closes.
            throw await LastWordAsync() is { IsPositive: false } reply ? SmtpClientException.Refused(reply) : fault;
        }
    }

    /// <summary>The end of the data is out: from here on the peer may have the mail, so shutdown waits for the answer.</summary>
    private async ValueTask VerdictAsync()
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

    /// <summary>Nobody is left to send to. A peer that asks for the mail all the same (RFC 2920 §3.1) gets an empty one.</summary>
    private async ValueTask GiveUpAsync()
    {
        if (_data is not { Code: >= 300 and < 400 })
        {
            await ResetAsync();
            return;
        }
        // RFC 2033 has no answer to a mail for nobody.
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
            // Everybody has a reply already; the connection is just of no more use.
            wire.Abort();
        }
    }

    /// <summary>Gives those who have no final answer this one.</summary>
    private void Settle(SmtpReply reply)
    {
        for (var index = 0; index < _replies.Length; index++)
        {
            if (!_settled[index])
                _replies[index] = reply;
        }
    }

    private async ValueTask<SmtpReply?> LastWordAsync()
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

    /// <summary>RFC 5321 §4.5.3.1.10: 552 for too many recipients is an old mistake and means 452. With another enhanced code it is a full mailbox.</summary>
    private static SmtpReply Understood(SmtpReply reply) =>
        reply is { Code: 552, Enhanced: null or { Subject: 5, Detail: 3 } } ? reply with { Code = 452, LogDetail = "552, taken for 452" } : reply;
}
