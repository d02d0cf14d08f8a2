using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Reports;

/// <summary>Mails with packed files, many of them hostile.</summary>
internal static class PackedMail
{
    public static string Feedback(string records) =>
        "<?xml version=\"1.0\"?><feedback><report_metadata><org_name>example.com</org_name></report_metadata>"
        + "<policy_published><domain>example.org</domain><p>none</p></policy_published>" + records + "</feedback>";

    /// <summary>The given text, then repetitions up to the length, then the end.</summary>
    public static byte[] Long(string start, string repeated, string end, int length)
    {
        var octets = new MemoryStream();
        octets.Write(Encoding.UTF8.GetBytes(start));
        var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(repeated, Math.Max(1, 4096 / repeated.Length))));
        while (octets.Length < length)
            octets.Write(piece);
        octets.Write(Encoding.UTF8.GetBytes(end));
        return octets.ToArray();
    }

    public static byte[] Gzip(byte[] octets, CompressionLevel level = CompressionLevel.SmallestSize)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level))
            gzip.Write(octets);
        return packed.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Octets)[] files)
    {
        var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, octets) in files)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                entry.Write(octets);
            }
        }
        return packed.ToArray();
    }

    public static byte[] Of(string type, string fileName, byte[] file, string text = "A file.")
    {
        var mail = new StringBuilder("From: a@example.com\r\nTo: b@example.com\r\nSubject: Report\r\nMIME-Version: 1.0\r\n")
            .Append("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n").Append(text)
                .Append("\r\n--b\r\n")
            .Append(System.Globalization.CultureInfo.InvariantCulture,
                $"Content-Type: {type}; name=\"{fileName}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
            .Append(Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks)).Append("\r\n--b--\r\n");
        return Encoding.ASCII.GetBytes(mail.ToString());
    }

    public static MimeMessage Open(string type, string fileName, byte[] file, string text = "A file.") =>
        MimeMessage.Open(MimeSource.FromMemory(Of(type, fileName, file, text)));

    /// <summary>Builds a winmail.dat from attributes: level, tag, value.</summary>
    public static byte[] Tnef(params (byte Level, ushort Tag, byte[] Value)[] attributes)
    {
        var octets = new MemoryStream();
        octets.Write([0x78, 0x9F, 0x3E, 0x22, 1, 0]);
        Span<byte> head = stackalloc byte[9];
        foreach (var (level, tag, value) in attributes)
        {
            head[0] = level;
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], tag);
            BinaryPrimitives.WriteUInt16LittleEndian(head[3..], 6);
            BinaryPrimitives.WriteInt32LittleEndian(head[5..], value.Length);
            octets.Write(head);
            octets.Write(value);
            octets.Write([0, 0]);
        }
        return octets.ToArray();
    }

    /// <summary>MAPI properties with values of variable length.</summary>
    public static byte[] Properties(params (int Tag, byte[] Value)[] properties)
    {
        var octets = new MemoryStream();
        Number(octets, properties.Length);
        foreach (var (tag, value) in properties)
        {
            Number(octets, tag);
            Number(octets, 1);
            Number(octets, value.Length);
            octets.Write(value);
            octets.Write(new byte[-value.Length & 3]);
        }
        return octets.ToArray();
    }

    /// <summary>Compressed RTF of references, which is as small as it can be made.</summary>
    public static byte[] Rtf(int size)
    {
        var octets = new MemoryStream();
        var groups = size / (8 * 17);
        Number(octets, 12 + (groups * 17));
        Number(octets, size);
        Number(octets, 0x75465A4C);
        Number(octets, 0);
        // References to the letters of the preset text.
        for (var group = 0; group < groups; group++)
        {
            octets.WriteByte(0xFF);
            for (var index = 0; index < 8; index++)
                octets.Write([0x07, 0xAF]);
        }
        return octets.ToArray();
    }

    public static byte[] Winmail(string text, params (string Name, string Type, byte[] Octets)[] files) =>
    [
        .. Tnef([
            (1, 0x9003, Properties((0x1000001F, Encoding.Unicode.GetBytes(text)))),
            .. files.SelectMany(file => new (byte, ushort, byte[])[]
            {
                (2, 0x9002, new byte[14]),
                (2, 0x800F, file.Octets),
                (2, 0x9005,
                    Properties((0x3707001F, Encoding.Unicode.GetBytes(file.Name)), (0x370E001E, Encoding.Latin1.GetBytes(file.Type)))),
            }),
        ]),
    ];

    private static void Number(MemoryStream octets, int number)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        octets.Write(value);
    }
}
