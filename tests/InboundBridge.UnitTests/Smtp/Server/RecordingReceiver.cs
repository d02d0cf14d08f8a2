using System.Text;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server;

/// <summary>A receiver that hosts example.net, keeps what it accepts, and fails on request, by words in addresses.</summary>
internal sealed class RecordingReceiver : ISmtpReceiver
{
    private readonly List<string> _recipients = [];

    public List<(string Sender, string[] Recipients, byte[] Body)> Messages { get; } = [];

    public List<MailCommand> Mails { get; } = [];

    public List<RcptCommand> Rcpts { get; } = [];

    public int Resets { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>The body ended with <see cref="SmtpConnectionLostException"/>.</summary>
    public bool LostBody { get; private set; }

    public SmtpReply? Greeting { get; init; }

    /// <summary>Octets of each read; small ones test the borders between pieces.</summary>
    public int ReadSize { get; init; } = 4096;

    public string Domain { get; init; } = "example.net";

    public SmtpListenerMode Mode { get; set; }

    public Func<SmtpBody, ValueTask<IReadOnlyList<SmtpReply>>>? OnData { get; init; }

    public Action? OnVerify { get; init; }

    public ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Greeting);

    public ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken)
    {
        Mails.Add(mail);
        if (mail.ReversePath?.LocalPart == "throws")
            throw new InvalidOperationException("MAIL fails on purpose");
        return ValueTask.FromResult(mail.ReversePath?.LocalPart == "refused"
            ? SmtpReply.Create(550, 7, 1, "Sender refused", "sender")
            : SmtpReply.Create(250, 1, 0, "OK"));
    }

    public ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken)
    {
        Rcpts.Add(recipient);
        var address = recipient.Recipient;
        if (address.LocalPart == "throws")
            throw new InvalidOperationException("RCPT fails on purpose");
        if (address.LocalPart == "busy")
            return ValueTask.FromResult(SmtpReply.Create(451, 3, 0, "Try later"));
        if (address.LocalPart == "unknown")
            return ValueTask.FromResult(SmtpReply.Create(550, 1, 1, "No such mailbox", "unknown_recipient"));
        if (address.Domain.Length > 0 && address.Domain != Domain)
            return ValueTask.FromResult(SmtpReply.Create(550, 7, 1, "We do not relay", "relay"));
        _recipients.Add(address.ToString());
        return ValueTask.FromResult(SmtpReply.Create(250, 1, 5, "OK"));
    }

    public async ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken)
    {
        if (OnData is not null)
            return await OnData(body);
        if (_recipients.Any(recipient => recipient.StartsWith("early", StringComparison.Ordinal)))
            return [SmtpReply.Create(554, 7, 1, "Not wanted", "early")];
        var bytes = await ReadAsync(body, cancellationToken);
        if (_recipients.Any(recipient => recipient.StartsWith("broken", StringComparison.Ordinal)))
            throw new InvalidOperationException("DATA fails on purpose");
        if (body.Refusal is { } refusal)
            return [.. Enumerable.Repeat(refusal, Mode == SmtpListenerMode.Lmtp ? _recipients.Count : 1)];
        Messages.Add((Mails[^1].ReversePath?.ToString() ?? "", [.. _recipients], bytes));
        var accepted = SmtpReply.Create(250, 0, 0, "Queued as TESTID");
        return Mode == SmtpListenerMode.Lmtp
            ? [.. _recipients.Select(recipient => recipient.StartsWith("full", StringComparison.Ordinal)
                ? SmtpReply.Create(452, 2, 2, "Mailbox full")
                : accepted)]
            : [accepted];
    }

    public void Reset()
    {
        Resets++;
        _recipients.Clear();
    }

    public ValueTask<SmtpReply?> VerifyAsync(string argument, CancellationToken cancellationToken)
    {
        OnVerify?.Invoke();
        return ValueTask.FromResult(argument == "known" ? SmtpReply.Create(250, 1, 5, "<known@example.net>") : null);
    }

    public ValueTask<SmtpReply?> ExpandAsync(string argument, CancellationToken cancellationToken) =>
        ValueTask.FromResult(argument == "team" ? SmtpReply.Create(250, 1, 5, "<a@example.net>\n<b@example.net>") : null);

    public ValueTask<SmtpReply?> TurnQueueAsync(string argument, CancellationToken cancellationToken) =>
        ValueTask.FromResult<SmtpReply?>(
            argument == "example.net" ? SmtpReply.Create(250, 0, 0, "Queuing started") : SmtpReply.Create(458, 0, 0, "Unable to queue"));

    public ValueTask<SmtpTurnAnswer?> TurnConnectionAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken)
    {
        if (domains.Contains("broken.example"))
            throw new InvalidOperationException("ATRN fails on purpose");
        var reply = domains.Contains("foreign.example") ? ConnectionTurnReplies.Refused
            : domains.Contains("empty.example") ? ConnectionTurnReplies.NoMail
            : domains.Contains("busy.example") ? ConnectionTurnReplies.Unable
            : ConnectionTurnReplies.Turning;
        return ValueTask.FromResult<SmtpTurnAnswer?>(new SmtpTurnAnswer(reply, reply.IsPositive ? new ShortTurn() : null));
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> ReadAsync(SmtpBody body, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[ReadSize];
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
                kept.Write(buffer, 0, read);
        }
        catch (SmtpConnectionLostException)
        {
            LostBody = true;
            throw;
        }
        return kept.ToArray();
    }

    public static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
