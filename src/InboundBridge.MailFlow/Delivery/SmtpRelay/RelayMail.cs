using System.Text;
using InboundBridge.MailFlow.Delivery.SevenBit;
using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// The mail of one attempt, in the form that each server takes. The servers of several domains may get it at the same time. It is converted
/// only when a server needs that, and once for all servers that take the same.
/// </summary>
/// <param name="message">As it is sent to servers that take everything.</param>
/// <param name="conversion">Converts and signs it; null where the relay does not convert.</param>
internal sealed class RelayMail(SmtpClientMessage message, Func<SevenBitTarget, Task<ConvertedMail>>? conversion) : IAsyncDisposable
{
    private const string NoSmtpUtf8 = "no_smtputf8";

    /// <summary>The reasons for which the client refuses to send a mail to a server, before anything was sent.</summary>
    private static readonly string[] OfTheContent = [NoSmtpUtf8, "no_8bitmime", "no_binarymime", "bare_newline"];

    private readonly Lock _gate = new();
    private Dictionary<SevenBitTarget, Task<ConvertedMail>>? _converted;

    public SmtpClientMessage Message => message;

    /// <param name="part">The mail for some of its recipients.</param>
    public ValueTask<SmtpSendResult> SendAsync(SmtpConnectionPool pool, SmtpClientMessage part, CancellationToken cancellationToken) =>
        SendAsync(pool.SendAsync, part, cancellationToken);

    /// <param name="send">Sends one message to the server, over an open session or a new one.</param>
    /// <param name="part">The mail for some of its recipients.</param>
    public async ValueTask<SmtpSendResult> SendAsync(
        Func<SmtpClientMessage, CancellationToken, ValueTask<SmtpSendResult>> send, SmtpClientMessage part,
        CancellationToken cancellationToken)
    {
        var result = await send(part, cancellationToken);
        if (conversion is null || result.Stage != SmtpSendStage.Mail || result.Replies is not [var refusal, ..]
            || !OfTheContent.Contains(refusal.Reason) || !Ascii.IsValid(part.Sender))
            return result;
        var takesEightBit = result.OfferedEightBitMime;
        var target = new SevenBitTarget(takesEightBit, takesEightBit && refusal.Reason != NoSmtpUtf8);
        ConvertedMail converted;
        try
        {
            converted = await ConvertedAsync(conversion, target);
        }
        catch (IOException fault)
        {
            var failed = SmtpReply.Create(
                451, 3, 0, $"the mail could not be converted for the server: {fault.Message}", "content_unreadable");
            return result with { Replies = [.. result.Replies.Select(_ => failed)] };
        }
        if (converted.Signed is not { } content)
            return result with { Replies = [.. result.Replies.Select(reply => Explained(reply, converted.Outcome.Problem))] };
        var changed = part with
        {
            Content = new SpooledContent(content),
            Body = SmtpBodyType.EightBitMime,
            SmtpUtf8 = part.SmtpUtf8 && target.Utf8Headers,
        };
        var sent = await send(changed, cancellationToken);
        return sent.Opened is null ? sent with { Opened = result.Opened } : sent;
    }

    public async ValueTask DisposeAsync()
    {
        if (_converted is null)
            return;
        foreach (var converted in _converted.Values)
        {
            if (converted.IsCompletedSuccessfully)
                (await converted).Outcome.Content?.Dispose();
        }
    }

    private Task<ConvertedMail> ConvertedAsync(Func<SevenBitTarget, Task<ConvertedMail>> convert, SevenBitTarget target)
    {
        lock (_gate)
        {
            _converted ??= [];
            if (!_converted.TryGetValue(target, out var known))
                _converted.Add(target, known = Task.Run(() => convert(target)));
            return known;
        }
    }

    private static SmtpReply Explained(SmtpReply refusal, string? problem) =>
        refusal with { Text = $"{refusal.Text}, and the mail can't be converted: {problem}" };
}
