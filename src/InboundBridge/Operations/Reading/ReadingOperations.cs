using System.Text;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Mime.Reading;
using InboundBridge.Operations.Messages;
using InboundBridge.Operations.Principals;
using InboundBridge.Text;

namespace InboundBridge.Operations.Reading;

/// <summary>Stored mail for people: what it says, its HTML, its source. Every result is bounded, whatever the mail holds.</summary>
internal sealed class ReadingOperations(MessageOperations messages, ReceptionServices reception)
{
    /// <summary>Characters of the text that are shown.</summary>
    public const int LongestText = 200_000;

    /// <summary>Characters of the HTML that are shown. Newsletters have a tenth of it.</summary>
    public const int LongestHtml = 1024 * 1024;

    /// <summary>Octets of the source that are shown; all of them can be downloaded.</summary>
    private const int LongestSource = 256 * 1024;

    /// <summary>Header fields that are shown decoded.</summary>
    private const int MostFields = 300;

    /// <summary>Attachments that are listed. Each is decoded once for its size and digest.</summary>
    private const int MostAttachments = 200;

    /// <summary>Null when the message is unknown or its octets are gone.</summary>
    public Task<MailReading?> ReadAsync(Principal who, string id, CancellationToken cancellationToken) =>
        OpenAsync(who, id, (mail, _) => Read(mail), cancellationToken);

    /// <summary>Null when the message is unknown, its octets are gone, or it has no HTML.</summary>
    public Task<HtmlReading?> ReadHtmlAsync(Principal who, string id, CancellationToken cancellationToken) =>
        OpenAsync(
            who, id,
            (mail, _) => mail.Html is { } html
                ? new HtmlReading(CutText.At(html, LongestHtml), html.Length > LongestHtml, InlinePictures.Of(mail), TextOf(mail)) : null,
            cancellationToken);

    /// <summary>Null when the message is unknown or its octets are gone.</summary>
    public Task<SourceReading?> ReadSourceAsync(Principal who, string id, CancellationToken cancellationToken) =>
        OpenAsync(who, id, ReadSource, cancellationToken);

    private static string? TextOf(MimeMessage mail) => mail.Text is { } text ? CutText.At(text, LongestText) : null;

    private static MailReading Read(MimeMessage mail)
    {
        var marks = new ShownMarks();
        var text = TextOf(mail) is { } shown ? marks.Limit(shown) : null;
        return new MailReading(
            mail.From, mail.To, mail.Cc, mail.ReplyTo, mail.Subject, mail.Date,
            text, mail.Text?.Length > LongestText, mail.Html is not null, mail.Kind,
            mail.Calendar, mail.Report,
            [
                .. mail.Attachments.Take(MostAttachments).Select(attachment => new AttachmentReading(
                    attachment.Index, attachment.FileName, attachment.ContentType, attachment.Disposition == "inline", attachment.Size,
                    attachment.Sha256)),
            ],
            mail.Problems)
        {
            HtmlRows = mail.Html is { } html ? HtmlRows.Of(html) : 0,
            MarksLeftOut = marks.LeftOut,
        };
    }

    private static SourceReading ReadSource(MimeMessage mail, MailContent content)
    {
        var octets = new byte[(int)Math.Min(content.Length, LongestSource)];
        var count = 0;
        while (count < octets.Length && mail.Source.Read(count, octets.AsSpan(count)) is > 0 and var read)
            count += read;
        // What is no UTF-8 is shown as Latin-1, so that every octet stays visible.
        var text = System.Text.Unicode.Utf8.IsValid(octets.AsSpan(0, count))
            ? Encoding.UTF8.GetString(octets, 0, count) : Encoding.Latin1.GetString(octets, 0, count);
        return new SourceReading(
            [.. mail.Headers.Take(MostFields).Select(field => KeyValuePair.Create(field.Name, field.Value))],
            Math.Max(0, mail.Headers.Count - MostFields), text, count < content.Length, content.Length);
    }

    private async Task<T?> OpenAsync<T>(
        Principal who, string id, Func<MimeMessage, MailContent, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        using var content = await messages.OpenAsync(who, id, cancellationToken);
        if (content is null)
            return null;
        var mail = await ParsedMail.OpenAsync(content, reception.CurrentPolicy.Mime, cancellationToken);
        using (await ReadingGate.Shared.EnterAsync(ReadingWeight.Of(mail, content.Length), cancellationToken))
            return read(mail, content);
    }
}
