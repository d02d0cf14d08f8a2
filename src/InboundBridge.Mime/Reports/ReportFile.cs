using System.IO.Compression;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Reports;

/// <summary>A report as file: plain, gzip or the first entry of a zip, whatever its name and type claim. Unpacked size is capped.</summary>
internal static class ReportFile
{
    private const int LargestPacked = 8 * 1024 * 1024;
    private const int LargestUnpacked = 32 * 1024 * 1024;
    private const int Layers = 3;

    /// <summary>Null, with a problem, where it can't be unpacked.</summary>
    public static byte[]? Unpack(Stream stream, ProblemList problems)
    {
        var octets = BoundedRead.All(stream, LargestPacked, out var isCut);
        try
        {
            for (var layer = 0; layer < Layers && !isCut; layer++)
            {
                if (octets is [0x1F, 0x8B, ..])
                    octets = Gunzip(octets, out isCut);
                else if (octets is [(byte)'P', (byte)'K', 3, 4, ..])
                    octets = FirstEntry(octets, out isCut);
                else
                    return octets;
            }
        }
        catch (InvalidDataException)
        {
            problems.Add("a packed report is damaged");
            return null;
        }
        catch (IOException)
        {
            problems.Add("a packed report is damaged");
            return null;
        }
        if (!isCut)
            return octets;
        problems.Add("a report is too large and was not read");
        return null;
    }

    private static byte[] Gunzip(byte[] octets, out bool isCut)
    {
        using var stream = new GZipStream(new MemoryStream(octets), CompressionMode.Decompress);
        return BoundedRead.All(stream, LargestUnpacked, out isCut);
    }

    private static byte[] FirstEntry(byte[] octets, out bool isCut)
    {
        using var archive = new ZipArchive(new MemoryStream(octets), ZipArchiveMode.Read);
        isCut = false;
        if (archive.Entries.FirstOrDefault(entry => entry.Length > 0) is not { } first)
            return [];
        using var stream = first.Open();
        return BoundedRead.All(stream, LargestUnpacked, out isCut);
    }
}
