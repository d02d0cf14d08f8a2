using InboundBridge.Mime.Addresses;
using InboundBridge.Mime.Calendar;
using InboundBridge.Mime.Reports;

namespace InboundBridge.Operations.Reading;

/// <summary>A stored mail as a person reads it. Everything in it comes from strangers.</summary>
/// <param name="Text">At most <see cref="ReadingOperations.LongestText"/> characters; null without any.</param>
/// <param name="HasHtml">The mail has an HTML body.</param>
/// <param name="Problems">What is wrong with the mail, in plain words.</param>
public sealed record MailReading(
    IReadOnlyList<MailboxAddress> From,
    IReadOnlyList<MailboxAddress> To,
    IReadOnlyList<MailboxAddress> Cc,
    IReadOnlyList<MailboxAddress> ReplyTo,
    string? Subject,
    DateTimeOffset? Date,
    string? Text,
    bool TextIsCut,
    bool HasHtml,
    IReadOnlyList<string> Kind,
    CalendarContent? Calendar,
    MailReport? Report,
    IReadOnlyList<AttachmentReading> Attachments,
    IReadOnlyList<string> Problems)
{
    /// <summary>How many lines high the HTML is, more or less (<see cref="Reading.HtmlRows"/>); 0 without any.</summary>
    public int HtmlRows { get; init; }

    /// <summary>The text piles up more marks than are shown (<see cref="ShownMarks"/>).</summary>
    public bool MarksLeftOut { get; init; }
}

/// <param name="Index">From 1.</param>
/// <param name="Size">Octets, decoded.</param>
/// <param name="Sha256">Of the decoded octets, lower case hex.</param>
public sealed record AttachmentReading(int Index, string? FileName, string ContentType, bool IsInline, long Size, string Sha256);

/// <summary>The source of a stored mail, as far as it is shown.</summary>
/// <param name="Fields">Name and decoded value of the first header fields.</param>
/// <param name="MoreFields">How many further ones there are.</param>
/// <param name="Text">The first octets of the mail, as text.</param>
/// <param name="Size">Octets of the whole mail.</param>
public sealed record SourceReading(
    IReadOnlyList<KeyValuePair<string, string>> Fields, int MoreFields, string Text, bool TextIsCut, long Size);

/// <summary>The HTML body of a stored mail as the sender wrote it: hostile.</summary>
/// <param name="Html">At most <see cref="ReadingOperations.LongestHtml"/> characters.</param>
/// <param name="Pictures">Small inline pictures as data URLs, by their Content-ID.</param>
/// <param name="Text">The mail as text, for HTML that can't be shown, with all its marks; null without any.</param>
internal sealed record HtmlReading(string Html, bool IsCut, IReadOnlyDictionary<string, string> Pictures, string? Text = null);
