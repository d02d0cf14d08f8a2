using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>The TXT record at <c>_mta-sts.DOMAIN</c>, which says that there is a policy and which version of it (RFC 8461 §3.1).</summary>
public static class MtaStsRecord
{
    private const string Version = "v=STSv1";
    private const int LongestId = 32;

    public static string NameFor(string domain) => $"_mta-sts.{domain}";

    /// <summary>The policy's id; null unless there is exactly one record, and it is valid.</summary>
    public static string? IdOf(DnsAnswer answer)
    {
        string? record = null;
        foreach (var text in answer.Texts)
        {
            // RFC 8461 §3.1: other TXT records are discarded; if several remain, the domain counts as without a policy.
            if (!IsOurs(text))
                continue;
            if (record is not null)
                return null;
            record = text;
        }
        return record is null ? null : Read(record);
    }

    private static bool IsOurs(string text)
    {
        if (!text.StartsWith(Version, StringComparison.Ordinal))
            return false;
        var rest = text.AsSpan(Version.Length).TrimStart(" \t");
        return rest.StartsWith(";");
    }

    private static string? Read(string record)
    {
        string? id = null;
        foreach (var part in record.Split(';').Skip(1))
        {
            var field = part.Trim(' ', '\t');
            if (field.StartsWith("id=", StringComparison.Ordinal) && id is null)
                id = field[3..];
        }
        return id is { Length: > 0 and <= LongestId } && id.All(char.IsAsciiLetterOrDigit) ? id : null;
    }
}
