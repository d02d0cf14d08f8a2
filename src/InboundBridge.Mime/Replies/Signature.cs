using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace InboundBridge.Mime.Replies;

/// <summary>Where a signature begins: the usual "-- " line, or what telephones and web mailers add by themselves.</summary>
internal static class Signature
{
    /// <summary>A line of a telephone counts only this near to the end (lines with text behind it).</summary>
    public const int NearEnd = 4;

    /// <summary>Characters.</summary>
    private const int LongestOfDevice = 119;

    private static readonly string[] DeviceLines =
    [
        "Sent from my ", "Sent from Mail for Windows", "Sent from Outlook", "Sent from Yahoo", "Sent via ", "Sent with Proton",
        "Get Outlook for ", "Von meinem iPhone gesendet", "Von meinem iPad gesendet", "Gesendet von ", "Gesendet mit ",
        "Diese Nachricht wurde von meinem", "Holen Sie sich Outlook", "Outlook für ", "Envoyé de mon ", "Envoyé depuis ",
        "Envoyé à partir", "Télécharger Outlook", "Obtenez Outlook", "Enviado desde mi ", "Enviado desde ", "Obtener Outlook",
        "Inviato da ", "Inviato dal mio ", "Scarica Outlook", "Ottieni Outlook", "Enviado do meu ", "Enviado do ", "Enviado a partir",
        "Obter o Outlook", "Verstuurd vanaf mijn ", "Verzonden vanaf ", "Verzonden met ", "Verzonden via ", "Download Outlook",
        "Outlook voor ", "Wysłane z ", "Wysłano z ", "Pobierz program Outlook", "Pobierz aplikację Outlook", "Отправлено с ",
        "Отправлено из ", "Получить Outlook", "Скачать Outlook", "iPhone'umdan gönderildi", "iPad'imden gönderildi",
        "iPhone’umdan gönderildi", "Samsung cihazımdan gönderildi", "Outlook for iOS'u edinin", "发自我的", "发自 ", "從我的 iPhone", "從我的 iPad",
        "从我的", "获取 Outlook", "取得 Outlook", "iPhoneから送信", "iPadから送信", "Outlook for iOS を入手", "Android 版 Outlook を入手", "Outlook を入手",
    ];

    private static readonly SearchValues<char> FirstCharacters =
        SearchValues.Create(string.Concat(DeviceLines.Select(line => $"{char.ToLowerInvariant(line[0])}{char.ToUpperInvariant(line[0])}")));

    private static readonly SearchValues<byte> FirstOctets =
        SearchValues.Create([.. DeviceLines.SelectMany(line => new[] { char.ToLowerInvariant(line[0]), char.ToUpperInvariant(line[0]) }).Select(first => Encoding.UTF8.GetBytes([first])[0])]);

    /// <summary>The index of the first line of the signature; the count of lines when there is none.</summary>
    public static int Start(in TextLines lines)
    {
        var nearEnd = NearEndFrom(lines);
        for (var index = 0; index < lines.Count; index++)
        {
            // RFC 3676 §4.3 says "-- "; the space is often lost.
            if (lines.Indented(index) is { Length: <= 3 } and ("--" or "—" or "– –") || (index >= nearEnd && IsOfDevice(lines[index])))
                return index;
        }
        return lines.Count;
    }

    /// <param name="line">UTF-8, with a wide character in front: the usual "--" is looked for elsewhere.</param>
    public static bool IsMark(ReadOnlySpan<byte> line) => line.SequenceEqual("—"u8) || line.SequenceEqual("– –"u8);

    /// <param name="line">UTF-8, without white space at its ends.</param>
    public static bool IsOfDevice(ReadOnlySpan<byte> line)
    {
        if (!FirstOctets.Contains(line[0]))
            return false;
        Span<char> text = stackalloc char[LongestOfDevice];
        return Utf8.ToUtf16(line, text, out _, out var length) == OperationStatus.Done && IsOfDevice(text[..length]);
    }

    private static bool IsOfDevice(ReadOnlySpan<char> line)
    {
        if (line.Length is 0 or > LongestOfDevice || !FirstCharacters.Contains(line[0]))
            return false;
        foreach (var device in DeviceLines)
        {
            if (line.StartsWith(device, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>The first line with at most <see cref="NearEnd"/> lines of text behind it.</summary>
    private static int NearEndFrom(in TextLines lines)
    {
        var (index, behind) = (lines.Count, 0);
        while (index > 0 && behind <= NearEnd)
            behind += lines[--index].IsEmpty ? 0 : 1;
        return index;
    }
}
