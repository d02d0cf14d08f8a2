using System.Buffers.Binary;
using System.IO.Compression;
using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Reports;

/// <summary>
/// Finds the first file of a zip by the local headers, from the beginning (APPNOTE 4.3.7). The directory at the end is not read: it can
/// hold hundreds of thousands of entries, and to reach it the whole archive would have to be held.
/// </summary>
internal static class ZipEntry
{
    /// <summary>Most folders and empty files before the report.</summary>
    private const int MostPassedOver = 16;

    private const int HeaderLength = 30;

    /// <exception cref="InvalidDataException">There is no file that can be read.</exception>
    /// <exception cref="UnpackLimitException">There are too many empty entries.</exception>
    public static Stream OpenFirst(PeekStream archive)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        for (var index = 0; index < MostPassedOver; index++)
        {
            if (archive.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength
                || !header.StartsWith("PK\u0003\u0004"u8))
                throw new InvalidDataException("no entry");
            var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
            var method = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
            var packed = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
            Skip(archive, BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]));
            if ((flags & 1) != 0)
                throw new InvalidDataException("encrypted");
            // Bit 3: the sizes follow the content.
            var isSized = (flags & 8) == 0;
            if (method == 8 && (packed > 0 || !isSized))
                return new DeflateStream(archive, CompressionMode.Decompress);
            if (method == 0 && packed > 0 && isSized)
                return new StretchStream(archive, 0, packed);
            if (packed > 0 || !isSized)
                throw new InvalidDataException("a method that is not deflate");
        }
        throw new UnpackLimitException($"a packed report begins with more than {MostPassedOver} empty entries and was not read");
    }

    private static void Skip(PeekStream archive, int count)
    {
        Span<byte> passed = stackalloc byte[1024];
        while (count > 0 && archive.Read(passed[..Math.Min(count, passed.Length)]) is > 0 and var read)
            count -= read;
    }
}
