using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;
using InboundBridge.MailFlow.Spool.Moving.Format;
using InboundBridge.MailFlow.Spool.Sealing;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>
/// The key under which the secrets in exports are sealed: 32 random octets in base 64, in a file of its own, so that the export alone gives
/// no secret away. One key may serve for many exports.
/// </summary>
internal static class ExportKey
{
    private const int Length = 32;

    /// <summary>Octets of a key's file, at most: the text and a line end.</summary>
    private const int LongestFile = 64;

    /// <exception cref="SpoolRefusedException">The file is missing or no key.</exception>
    public static OptionsSeal Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new SpoolRefusedException(
                $"the key file {path} is missing: it decrypts the secrets in the export. Name it with --key-file");
        }
        var key = new byte[LongestFile];
        return file.Length <= LongestFile && Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var length)
            && length == Length
            ? new OptionsSeal(key[..Length])
            : throw new SpoolRefusedException($"{path} is not the key of an export, which is {Length} octets in base 64");
    }

    /// <summary>Reads the key, or makes one that is on disk before it is used.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static OptionsSeal ReadOrMake(string path)
    {
        if (File.Exists(path))
            return Read(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFiles.FileMode;
        using (var file = new FileStream(path, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)) + "\n"));
            FileFlush.Run(file);
        }
        DirectoryFlush.Run(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return Read(path);
    }

    /// <exception cref="SpoolRefusedException">The key is that of another export.</exception>
    public static void Check(OptionsSeal key, ExportHeader header, string path)
    {
        if (key.Open(header.KeyCheck, ExportFileWriter.CheckPlace(header.Id)) != ExportFileWriter.KnownText)
            throw new SpoolRefusedException($"{path} is not the key of this export. Name the right one with --key-file");
    }
}
