using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// What a relay would write on the envelope and on top of a mail, for <c>explain</c>. Nothing in it is accepted by any server: the proof in
/// a rewritten sender is hidden, and signatures are named and not made.
/// </summary>
/// <param name="Sender">The reverse-path of MAIL; empty for the null reverse-path.</param>
/// <param name="IsRewritten">SRS made it.</param>
public sealed record RelayPreview(string Sender, bool IsRewritten, IReadOnlyList<SignaturePreview> Signatures)
{
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static async ValueTask<RelayPreview> OfAsync(
        RelayOptions options, DeliveryAttempt attempt, TimeProvider clock, CancellationToken cancellationToken)
    {
        var outgoing = await OutgoingMessage.ComposeAsync(attempt, string.Empty, cancellationToken);
        var signatures =
            await SigningPreview.ListAsync(options.Dkim, options.Arc, outgoing, attempt.Message, cancellationToken);
        var sender = attempt.Message.Envelope.Sender;
        return options.Srs is { } srs && sender.Length > 0
            && RewrittenSender.Of(new SenderRewriter(srs, clock), sender) is { } rewritten
            ? new RelayPreview(Shown(rewritten), IsRewritten: true, signatures)
            : new RelayPreview(sender, IsRewritten: false, signatures);
    }

    /// <summary>Whoever knew the proof could have us forward a bounce to the original sender.</summary>
    private static string Shown(SrsMailbox rewritten)
    {
        var parts = rewritten.Local.Split('=', 3);
        return new SmtpAddress($"{parts[0]}={ShownOptions.Blot}={parts[2]}", rewritten.Domain).ToString();
    }
}
