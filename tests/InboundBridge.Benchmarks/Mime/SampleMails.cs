using System.Text;

namespace InboundBridge.Benchmarks.Mime;

/// <summary>Mails like those that come in all day.</summary>
internal static class SampleMails
{
    /// <summary>5 KB: a header of 24 fields and some 2.4 KB as a large provider sends it, and a short text in two forms.</summary>
    public static byte[] Ordinary()
    {
        var mail = new StringBuilder();
        for (var hop = 0; hop < 3; hop++)
            mail.Append("Received: from mail-").Append(hop).Append(".example.net (mail.example.net [192.0.2.").Append(hop)
                .Append("])\r\n        by mx.example.com with ESMTPS id abc").Append(hop)
                .Append("\r\n        for <bo@example.com> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n        Fri, 02 Jan 2026 03:04:0").Append(hop).Append(" +0000\r\n");
        mail.Append(
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s1; t=1767322000;\r\n h=from:to:subject:date:message-id;\r\n bh=").Append('A', 43).Append("=;\r\n");
        for (var line = 0; line < 5; line++)
            mail.Append(line == 0 ? " b=" : " ").Append('b', 68).Append("\r\n");
        mail.Append("X-Google-DKIM-Signature: v=1; a=rsa-sha256;\r\n b=").Append('c', 300).Append("\r\nX-Gm-Message-State: ")
            .Append('d', 90).Append("\r\n");
        mail.Append(
            "MIME-Version: 1.0\r\nFrom: =?utf-8?Q?Andr=C3=A9_Smith?= <andre@example.net>\r\nTo: \"Bo, of Example\" <bo@example.com>, cy@example.org\r\nCc: Team <team@example.com>\r\n")
            .Append("Subject: =?utf-8?Q?Re:_the_plan_f=C3=BCr_Montag?=\r\n and more\r\nDate: Fri, 02 Jan 2026 03:04:05 +0100\r\nMessage-ID: <CAFx1234567890@mail.example.net>\r\n")
            .Append("In-Reply-To: <m0@example.com>\r\nReferences: <m-1@example.com> <m0@example.com>\r\nX-Mailer: Something 1.0\r\nList-Unsubscribe: <https://example.net/u>\r\n")
            .Append("Content-Type: multipart/alternative; boundary=\"000000000000abcdef\"\r\n\r\n--000000000000abcdef\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n\r\n");
        for (var line = 0; line < 12; line++)
            mail.Append("A line of text that somebody wrote on some day, number ").Append(line).Append(".\r\n");
        mail.Append(
            "\r\n--000000000000abcdef\r\nContent-Type: text/html; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<div dir=3D\"ltr\">");
        while (mail.Length < 4950)
            mail.Append("<p>A line of text that somebody wrote on some day.</p>=\r\n");
        return Encoding.ASCII.GetBytes(mail.Append("</div>\r\n--000000000000abcdef--\r\n").ToString());
    }

    /// <summary>An attachment of 1 MB in base64, lines of 76.</summary>
    public static byte[] Attachment(int size)
    {
        var octets = new byte[size];
        for (var index = 0; index < size; index++)
            octets[index] = (byte)((index * 31) ^ (index >> 8));
        return Encoding.ASCII.GetBytes(
            "Subject: file\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks) + "\r\n");
    }

    /// <summary>A text of 1 MB in quoted-printable, one character in ten encoded.</summary>
    public static byte[] QuotedText(int size)
    {
        var text = new StringBuilder("Subject: file\r\nContent-Type: application/x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        while (text.Length < size)
            text.Append("Gr=C3=BC=C3=9Fe aus der sch=C3=B6nen Stadt, und noch ein paar W=C3=B6rter =\r\nmehr\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
