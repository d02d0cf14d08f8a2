using System.Text;

namespace InboundBridge.Mime.Headers;

/// <summary>Field names as strings; those that nearly every mail has are not allocated again.</summary>
internal static class FieldNames
{
    private static readonly string[][] ByLength = Index(
    [
        "To", "Cc", "Bcc", "Date", "From", "Sender", "Subject", "Received", "Reply-To", "List-Id", "Message-ID", "Message-Id", "References",
        "In-Reply-To",
        "MIME-Version", "Content-Type", "Return-Path", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "DKIM-Signature",
        "X-Mailer",
        "ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results", "Authentication-Results", "Received-SPF", "List-Unsubscribe",
        "Precedence",
        "List-Unsubscribe-Post", "X-Received", "X-Google-DKIM-Signature", "X-Gm-Message-State", "X-Google-Smtp-Source", "Delivered-To",
        "User-Agent",
        "Content-Language", "Thread-Topic", "Thread-Index", "Accept-Language", "Auto-Submitted", "Importance", "X-Priority", "Organization",
        "Feedback-ID",
    ]);

    public static string Text(ReadOnlySpan<byte> name)
    {
        if (name.Length < ByLength.Length)
        {
            foreach (var candidate in ByLength[name.Length])
            {
                if (Ascii.Equals(name, candidate))
                    return candidate;
            }
        }
        return Encoding.Latin1.GetString(name);
    }

    public static bool IsWellKnown(ReadOnlySpan<byte> name)
    {
        if (name.Length >= ByLength.Length)
            return false;
        foreach (var candidate in ByLength[name.Length])
        {
            if (Ascii.EqualsIgnoreCase(name, candidate))
                return true;
        }
        return false;
    }

    private static string[][] Index(string[] names)
    {
        var longest = names.Max(name => name.Length);
        return [.. Enumerable.Range(0, longest + 1).Select(length => names.Where(name => name.Length == length).ToArray())];
    }
}
