using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>
/// The file <c>closed</c> in a spool's directory, which keeps the appliance from opening it: the spool was moved, or an import is not
/// finished. It has two lines: which of both, and the export's id, or the number of the last message that was there before the import. Only
/// commands on the spool open it all the same.
/// </summary>
internal static class SpoolClosure
{
    private const string FileName = "closed";
    private const string MovedWord = "moved";
    private const string ImportWord = "import";

    /// <exception cref="SpoolRefusedException">It is closed.</exception>
    public static void Check(string folder)
    {
        if (FindMove(folder) is not null)
        {
            throw new SpoolRefusedException(
                $"the spool {folder} was moved to another store by 'inboundbridge spool export --move', and would deliver its mail twice. " +
                "If the export was never imported, 'inboundbridge spool reopen' opens it again; else use another spool.path");
        }
        if (IsImporting(folder))
        {
            throw new SpoolRefusedException(
                $"an import into the spool {folder} was interrupted. Run 'inboundbridge spool import FILE' again: it goes on where it was. " +
                "Or 'inboundbridge spool import --abandon' removes what it has stored");
        }
    }

    /// <summary>The id of the export by which it was moved; null if it was not.</summary>
    public static string? FindMove(string folder) => Read(folder) is [MovedWord, var id] ? id : null;

    public static bool IsImporting(string folder) => Read(folder) is [ImportWord, ..];

    /// <exception cref="IOException">It can't be written.</exception>
    public static void CloseForMove(string folder, string exportId) => Write(folder, $"{MovedWord}\n{exportId}");

    /// <summary>The number of the last message that was there before an import that is not finished; null if that is unknown.</summary>
    public static long? FindLastBeforeImport(string folder) =>
        Read(folder) is [ImportWord, var number, ..] && long.TryParse(number, CultureInfo.InvariantCulture, out var last) ? last : null;

    /// <exception cref="IOException">It can't be written.</exception>
    public static void CloseForImport(string folder, long last) =>
        Write(folder, string.Create(CultureInfo.InvariantCulture, $"{ImportWord}\n{last}"));

    /// <exception cref="IOException">It can't be removed.</exception>
    public static void Open(string folder)
    {
        File.Delete(Path.Combine(folder, FileName));
        DirectoryFlush.Run(folder);
    }

    private static string[]? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? File.ReadAllText(path).Split('\n') : null;
    }

    private static void Write(string folder, string text) =>
        PrivateFiles.Replace(Path.Combine(folder, FileName), Encoding.ASCII.GetBytes(text));
}
