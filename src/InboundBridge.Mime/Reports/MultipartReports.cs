using System.Globalization;
using InboundBridge.Mime.Charsets;
using InboundBridge.Mime.Headers;
using InboundBridge.Mime.Reading;
using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Reports;

/// <summary>Reads the reports that are fields in a part of a multipart/report (RFC 6522).</summary>
internal static class MultipartReports
{
    private const int LargestHeader = 64 * 1024;

    public static MailReport? Read(MimePart root, ProblemList problems)
    {
        foreach (var part in root.Leaves)
        {
            if (part.ContentType.Type != "message")
                continue;
            MailReport? report = part.ContentType.Subtype switch
            {
                "delivery-status" or "global-delivery-status" => Delivery(part, root, problems),
                "disposition-notification" or "global-disposition-notification" => Disposition(part, problems),
                "feedback-report" => Abuse(part, root, problems),
                _ => null,
            };
            if (report is not null)
                return report;
        }
        return null;
    }

    private static DeliveryReport? Delivery(MimePart part, MimePart root, ProblemList problems)
    {
        var groups = FieldGroups.Read(part, problems);
        if (groups.Count == 0)
            return null;
        var original = Original(root, problems, out _);
        var message = groups[0];
        return new DeliveryReport(
            FieldGroups.WithoutType(message.Value("Reporting-MTA")),
            message.Value("Original-Envelope-Id"),
            MailDate.Parse(message.Value("Arrival-Date")),
            MessageIds.First(original?.Unfolded("Message-ID")),
            original?.Value("Subject"),
            [.. groups.Where(group => group.Has("Final-Recipient") || group.Has("Action")).Select(Recipient)]);
    }

    private static DeliveryReportRecipient Recipient(HeaderBlock group) => new(
        FieldGroups.WithoutType(group.Value("Final-Recipient")),
        FieldGroups.WithoutType(group.Value("Original-Recipient")),
        group.Value("Action") is { } action ? CommentText.Remove(action).Trim().ToLowerInvariant() : null,
        group.Value("Status") is { } status ? CommentText.Remove(status).Trim() : null,
        FieldGroups.WithoutType(group.Value("Remote-MTA")),
        FieldGroups.WithoutType(group.Value("Diagnostic-Code")),
        MailDate.Parse(group.Value("Last-Attempt-Date")),
        MailDate.Parse(group.Value("Will-Retry-Until")));

    private static DispositionReport? Disposition(MimePart part, ProblemList problems)
    {
        if (FieldGroups.Read(part, problems) is not [var fields, ..])
            return null;
        return new DispositionReport(
            fields.Value("Reporting-UA"),
            FieldGroups.WithoutType(fields.Value("Final-Recipient")),
            FieldGroups.WithoutType(fields.Value("Original-Recipient")),
            MessageIds.First(fields.Unfolded("Original-Message-ID")),
            fields.Value("Disposition"));
    }

    private static AbuseReport? Abuse(MimePart part, MimePart root, ProblemList problems)
    {
        if (FieldGroups.Read(part, problems) is not [var fields, ..])
            return null;
        _ = Original(root, problems, out var headers);
        return new AbuseReport(
            fields.Value("Feedback-Type")?.ToLowerInvariant(),
            fields.Value("User-Agent"),
            fields.Value("Version"),
            MailDate.Parse(fields.Value("Arrival-Date") ?? fields.Value("Received-Date")),
            Address(fields.Value("Source-IP")),
            Number(fields.Value("Source-Port")),
            Number(fields.Value("Incidents")) ?? 1,
            fields.Value("Original-Mail-From"),
            FieldGroups.All(fields, "Original-Rcpt-To"),
            fields.Value("Original-Envelope-Id"),
            FieldGroups.WithoutType(fields.Value("Reporting-MTA")),
            FieldGroups.All(fields, "Reported-Domain"),
            FieldGroups.All(fields, "Reported-URI"),
            FieldGroups.All(fields, "Authentication-Results"),
            fields.Value("Auth-Failure")?.ToLowerInvariant(),
            fields.Value("Delivery-Result")?.ToLowerInvariant(),
            fields.Value("Identity-Alignment")?.ToLowerInvariant(),
            fields.Value("DKIM-Domain"),
            fields.Value("DKIM-Identity"),
            fields.Value("DKIM-Selector"),
            headers);
    }

    /// <summary>The header of the mail that the report is about.</summary>
    private static HeaderBlock? Original(MimePart root, ProblemList problems, out string? text)
    {
        text = null;
        var part = Array.Find(root.Leaves, leaf =>
            leaf.ContentType.MediaType is "text/rfc822-headers" or "message/rfc822" or "message/global" or "message/global-headers");
        if (part is null)
            return null;
        using var content = part.OpenContent();
        var octets = BoundedRead.All(content, LargestHeader, out _);
        if (FieldGroups.Read(octets, problems, 1) is not [var block, ..])
            return null;
        var length = (int)Math.Min(block.BodyOffset, octets.Length);
        text = CharsetText.Decode(octets.AsSpan(0, length), null, null).ReplaceLineEndings("\n");
        return block;
    }

    private static string? Address(string? value) => value is null ? null : CommentText.Remove(value).Trim();

    private static int? Number(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
