using System.IO.Compression;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Reports;

/// <summary>
/// An attached report: plain, gzip or the first entry of a zip, whatever its name and type
/// claim. It is unpacked while it is read and never held whole.
/// </summary>
internal static class ReportFile
{
    /// <summary>Some senders pack twice. More layers serve only an attacker, who multiplies the growth with each.</summary>
    private const int MostLayers = 3;

    /// <exception cref="UnpackLimitException">A cap is exceeded. Reading the stream throws it too.</exception>
    /// <exception cref="InvalidDataException">The file is damaged. Reading the stream throws it too.</exception>
    public static PeekStream Open(Stream content, UnpackAllowance allowance)
    {
        var packed = new PackedStream(content);
        var layer = new PeekStream(packed);
        try
        {
            for (var count = 0; Unpacker(layer) is { } unpacker; count++)
            {
                layer = new PeekStream(new UnpackedStream(unpacker, packed, allowance));
                if (count == MostLayers)
                    throw new UnpackLimitException($"a report is packed more than {MostLayers} times over and was not read");
            }
            return layer;
        }
        catch
        {
            layer.Dispose();
            throw;
        }
    }

    private static Stream? Unpacker(PeekStream content)
    {
        var start = content.Peek(4);
        if (start is [0x1F, 0x8B, ..])
            return new GZipStream(content, CompressionMode.Decompress);
        return start is [(byte)'P', (byte)'K', 3, 4] ? ZipEntry.OpenFirst(content) : null;
    }
}
