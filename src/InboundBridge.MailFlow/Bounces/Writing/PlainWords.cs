using System.Globalization;
using System.Text;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Bounces.Writing;

/// <summary>The part of a bounce that people read: what happened, for whom, what the other server said, and what to do.</summary>
internal sealed class PlainWords(BounceContent bounce, BounceLanguage language, BounceOptions options)
{
    private const int Width = 76;

    /// <summary>The report that programs read has the others.</summary>
    private const int MostRecipients = 100;

    private const int LongestSubject = 200;

    private readonly StringBuilder _text = new();

    public string Subject => language[bounce.Reason switch
    {
        BounceReason.Delayed => "subject_delayed",
        BounceReason.Relayed => "subject_relayed",
        BounceReason.Delivered => "subject_delivered",
        _ => "subject_failed",
    }];

    /// <param name="isWhole">The whole mail is returned; false: its header; null: nothing of it.</param>
    public string Write(bool? isWhole)
    {
        Paragraph(language.With(
            $"intro_{bounce.Reason.Word()}", ("host", options.Hostname), ("since", Time(bounce.Since)),
            ("until", Time(bounce.Until ?? bounce.Now))));
        if (bounce.Subject is { Length: > 0 } subject)
            Line($"{language["subject"]}: {ShownText.Clean(CutText.At(subject, LongestSubject))}");
        Line($"{language["date"]}: {Time(bounce.Message.ReceivedAt)}");
        _text.Append("\r\n");
        foreach (var fate in bounce.Fates.Take(MostRecipients))
            Write(fate);
        if (bounce.Fates.Count > MostRecipients)
            Paragraph("…");
        if (bounce.Reason is BounceReason.Failed or BounceReason.Expired or BounceReason.Refused)
            Paragraph(language.With("help", ("postmaster", options.Postmaster)));
        if (isWhole is { } whole)
            Paragraph(language[whole ? "attached_whole" : "attached_header"]);
        _text.Append("-- \r\n").Append(options.Hostname).Append("\r\n");
        return _text.ToString();
    }

    private void Write(RecipientFate fate)
    {
        var isDone = bounce.Reason is BounceReason.Relayed or BounceReason.Delivered;
        // The colon also where nothing follows: programs that read bounces know an address in the text by it.
        Line($"<{fate.Recipient.Address}>:");
        if (!isDone)
            Lines(language[Cause(fate)], "    ");
        if (fate.Reply is { Length: > 0 } reply && !isDone)
        {
            Lines(fate.Host is { } host ? language.With("said", ("server", host))
                : language[bounce.Reason == BounceReason.Refused ? "said_here" : "said_there"], "    ");
            Lines(reply, "        ");
        }
        _text.Append("\r\n");
    }

    /// <summary>The sentence for a status of RFC 3463 and its registry.</summary>
    private string Cause(RecipientFate fate)
    {
        if (bounce.Reason == BounceReason.Refused)
            return "cause_policy";
        var parts = fate.Status.Split('.');
        return parts[0] == "4" ? TemporaryCause(fate, parts[1], parts[2]) : (parts[1], parts[2]) switch
        {
            ("1", "1" or "3" or "6") => "cause_no_mailbox",
            ("1", "2" or "10") => "cause_no_domain",
            ("2", "1") => "cause_mailbox_off",
            ("2", "2") => "cause_mailbox_full",
            ("2", "3") or ("3", "4") => "cause_too_large",
            ("4", "6") => "cause_loop",
            ("4", _) when fate.Reply is null || parts[2] != "7" => "cause_unreachable",
            ("6", _) or ("5", "6") => "cause_content",
            ("7", _) => "cause_policy",
            _ => "cause_other",
        };
    }

    /// <summary>
    /// For a status of class 4. Most subjects and details describe the failure as if it were final (4.1.1: there is no such mailbox), but
    /// the next attempt may succeed.
    /// </summary>
    private static string TemporaryCause(RecipientFate fate, string subject, string detail) => (subject, detail) switch
    {
        ("2", "1") => "cause_mailbox_off",
        ("2", "2") => "cause_mailbox_full",
        ("4", not "6") when fate.Reply is null || detail != "7" => "cause_unreachable",
        _ => "cause_temporary",
    };

    private void Paragraph(string text)
    {
        Lines(text, "");
        _text.Append("\r\n");
    }

    private void Line(string text) => _text.Append(text).Append("\r\n");

    private void Lines(string text, string indent)
    {
        // A sentence without spaces (Chinese, Japanese) is left to the reader's program to break.
        if (text.Contains(' ', StringComparison.Ordinal))
        {
            foreach (var line in WrappedText.Lines(text, indent, Width))
                Line(line);
        }
        else
            Line(indent + text);
    }

    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
