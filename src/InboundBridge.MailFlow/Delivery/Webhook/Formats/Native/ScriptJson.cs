using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Mime.Reading;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;

/// <summary>
/// The object <c>data</c> of the native payload as scripts see it: those of rules, where there is no delivery yet, and transforms. Webhooks
/// get it from the same code.
/// </summary>
public sealed class ScriptJson
{
    /// <summary>
    /// Characters of a text. Scripts see half of that (ScriptMail), and whether there was more. A
    /// mail of control characters is six times as long as JSON.
    /// </summary>
    private const int LongestText = 512 * 1024;

    /// <summary>Decoded octets of one attachment. Scripts see small attachments; larger ones would only fill their memory.</summary>
    private const int LargestAttachment = 64 * 1024;

    /// <summary>Decoded octets of all attachments together.</summary>
    private const int AllAttachments = 512 * 1024;

    private static readonly WebhookOptions Options = new()
    {
        Name = "script",
        Url = "http://localhost/",
        OtherAttachments = LargeAttachments.Link,
        InlinesWhatHasNoLink = false,
    };

    private static readonly Uri Nowhere = new(Options.Url);

    private readonly CompositionServices _services;

    public ScriptJson(CompositionServices services) =>
        _services = services with
        {
            Mime = services.Mime with { TextCharacters = Math.Min(services.Mime.TextCharacters, LongestText) },
            // Scripts see the mail as it came (docs/signatures.md): nothing is decrypted inside a session.
            SecureMail = null,
        };

    /// <param name="content">The stored octets. They are not disposed of here.</param>
    /// <param name="members">Null for all; otherwise those that can be left out are left out.</param>
    /// <returns>UTF-8.</returns>
    public ReadOnlyMemory<byte> Compose(SpooledMessage message, MailContent content, IReadOnlySet<string>? members = null)
    {
        var delivery = new SpooledDelivery
        {
            Id = message.Id,
            MessageId = message.Id,
            Destination = string.Empty,
            Recipients = [.. message.Envelope.Recipients.Select(recipient => new MailRecipient(recipient.Address))],
            CreatedAt = message.ReceivedAt,
        };
        // Only attachments need these bounds, and counting them takes a look at all parts.
        var options = members?.Contains("attachments") == false ? Options : Bounded(Options, ParsedMail.Open(content, _services.Mime));
        return Write(
            new WebhookMail(new DeliveryAttempt(delivery, message, content, 1), options, Nowhere, _services, message.ReceivedAt), members);
    }

    /// <summary>The same for a delivery, with its rule, tags, vars and header edits: what a destination's transform sees.</summary>
    /// <param name="attempt">Its content is local.</param>
    /// <param name="destination">Says which attachments are linked or omitted, besides those that are too large for scripts.</param>
    /// <param name="gate">Where a mail waits that takes much memory to read.</param>
    /// <returns>UTF-8.</returns>
    internal async ValueTask<ReadOnlyMemory<byte>> ComposeAsync(
        DeliveryAttempt attempt, WebhookOptions destination, ReadingGate gate, CancellationToken cancellationToken)
    {
        var shape = ParsedMail.Open(attempt.Content, _services.Mime);
        var options = Bounded(destination with { InlinesWhatHasNoLink = false }, shape);
        using (await gate.EnterAsync(ReadingWeight.Of(shape, attempt.Message.Size), cancellationToken))
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                return Write(new WebhookMail(attempt, options, Nowhere, _services, attempt.Message.ReceivedAt), null);
            }
            finally
            {
                // Writing awaits nothing, so everything was allocated by this thread.
                ReadingDebris.Shared.Count(GC.GetAllocatedBytesForCurrentThread() - allocated);
            }
        }
    }

    private static WebhookOptions Bounded(WebhookOptions options, MimeMessage mail) => options with
    {
        InlineAttachments = Math.Min(
            options.InlineAttachments, Math.Min(LargestAttachment, AllAttachments / Math.Max(1, mail.Attachments.Count))),
        OtherAttachments = options.OtherAttachments == LargeAttachments.Omit ? LargeAttachments.Omit : LargeAttachments.Link,
    };

    private static ReadOnlyMemory<byte> Write(WebhookMail mail, IReadOnlySet<string>? members)
    {
        using var body = mail.NewBody();
        using (var json = new PayloadJson(body))
            MailJson.Write(json, default, mail, members);
        var octets = new byte[body.Length];
        var read = 0;
        while (read < octets.Length && body.Read(read, octets.AsSpan(read)) is > 0 and var count)
            read += count;
        return octets;
    }
}
