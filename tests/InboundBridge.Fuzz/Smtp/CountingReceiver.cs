using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Fuzz.Smtp;

/// <summary>Accepts and counts mail for example.net, and checks that the session obeys the receiver's contract.</summary>
internal sealed class CountingReceiver : ISmtpReceiver
{
    private bool _open;
    private int _recipients;

    public int Messages { get; private set; }

    public ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

    public ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken)
    {
        FuzzFailureException.Unless(!_open, "MAIL inside a transaction");
        _open = true;
        return ValueTask.FromResult(SmtpReply.Create(250, 1, 0, "OK"));
    }

    public ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken)
    {
        FuzzFailureException.Unless(_open, "RCPT outside a transaction");
        if (recipient.Recipient.Domain != "example.net")
            return ValueTask.FromResult(SmtpReply.Create(550, 7, 1, "No"));
        _recipients++;
        return ValueTask.FromResult(SmtpReply.Create(250, 1, 5, "OK"));
    }

    public async ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken)
    {
        FuzzFailureException.Unless(_recipients > 0, "DATA without recipients");
        var buffer = new byte[64];
        var size = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            size += read;
        if (body.Refusal is { } refusal)
            return [refusal];
        FuzzFailureException.Unless(size <= 2000, "more than the size limit came through");
        Messages++;
        return [SmtpReply.Create(250, 0, 0, "Queued")];
    }

    public void Reset()
    {
        FuzzFailureException.Unless(_open, "a reset without a transaction");
        _open = false;
        _recipients = 0;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
