using System.Text;
using InboundBridge.Benchmarks.Mime;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>What is read: mails like those that come in all day, and mails made to cost far more than they weigh.</summary>
internal static class ReaderMails
{
    private const int Kilobyte = 1024;

    /// <summary>Name → mails. The public mails only where they are.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<byte[]> Mails)> Ordinary()
    {
        List<(string, IReadOnlyList<byte[]>)> sets =
        [
            ("plain text, 4 KB", [PlainText(4 * Kilobyte)]),
            ("text and HTML, 5 KB", [SampleMails.Ordinary()]),
            ("three attachments of 50 KB", [Attachments(3, 50 * Kilobyte)]),
            ("1 MB of text", [PlainText(Kilobyte * Kilobyte)]),
        ];
        var folder = Path.Combine(Checkout.Suites, "mime");
        if (Directory.Exists(folder))
        {
            var files = Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
            List<byte[]> mails = [.. files.Select(File.ReadAllBytes)];
            sets.Add(($"the {mails.Count} public mails", mails));
        }

        return sets;
    }

    public static IReadOnlyDictionary<string, Func<int, byte[]>> Hostile { get; } =
        new Dictionary<string, Func<int, byte[]>>(StringComparer.Ordinal)
        {
            ["a To field of 400 KB"] = HostileMail.All["a 400 KB To field"],
            ["a header of 50 MB without a line end"] = HostileMail.All["a header of 50 MB without a line end"],
            ["10,000 parts"] = scale => HostileMail.All["200,000 parts"](20 * scale),
            ["100,000 nested multiparts"] = HostileMail.All["100,000 nested multiparts"],
            ["15,000 encoded words in the subject"] = HostileMail.All["a Subject of encoded words"],
            ["a million header fields"] = HostileMail.All["a million fields"],
        };

    private static byte[] PlainText(int size)
    {
        var mail = new StringBuilder(Head).Append("Content-Type: text/plain; charset=utf-8\r\n\r\n");
        for (var line = 0; mail.Length < size; line++)
            mail.Append("A line of text that somebody wrote on some day, number ").Append(line).Append(".\r\n");
        return Encoding.ASCII.GetBytes(mail.ToString());
    }

    private static byte[] Attachments(int count, int size)
    {
        var octets = new byte[size];
        for (var index = 0; index < size; index++)
            octets[index] = (byte)((index * 31) ^ (index >> 8));
        var encoded = Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks);
        var mail = new StringBuilder(Head)
            .Append("Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the files.\r\n");
        for (var number = 1; number <= count; number++)
            mail.Append("--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"file").Append(number)
                .Append(".pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n").Append(encoded).Append("\r\n");
        return Encoding.ASCII.GetBytes(mail.Append("--b--\r\n").ToString());
    }

    private const string Head =
        "Received: from mail.example.net (mail.example.net [192.0.2.1])\r\n\tby mx.example.com with ESMTPS id abc;\r\n\tFri, 02 Jan 2026 03:04:05 +0000\r\n"
        + "MIME-Version: 1.0\r\nFrom: =?utf-8?Q?Andr=C3=A9_Smith?= <andre@example.net>\r\nTo: \"Bo, of Example\" <bo@example.com>, cy@example.org\r\n"
        + "Subject: =?utf-8?Q?The_plan_f=C3=BCr_Montag?=\r\nDate: Fri, 02 Jan 2026 03:04:05 +0100\r\nMessage-ID: <1@mail.example.net>\r\n";
}
