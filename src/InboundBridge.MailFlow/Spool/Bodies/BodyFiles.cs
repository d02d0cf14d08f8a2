using InboundBridge.MailFlow.Spool.Disk;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Bodies;

/// <summary>
/// Received octets that are too large for the database, one file for each mail: <c>bodies/MESSAGE_ID.eml</c>. A file is written while DATA
/// runs and synced at its end; then its name is synced, once for all files of a batch; then the row that names it is committed. It is
/// deleted after its row. So a crash leaves at most files without a row, and the next start removes them.
/// </summary>
internal sealed class BodyFiles : IBodyFiles
{
    private const string Suffix = ".eml";

    private readonly string _folder;
    private readonly DriveInfo _drive;
    private readonly bool _isMaskPrivate;

    public BodyFiles(string spoolPath)
    {
        _folder = Path.Combine(spoolPath, "bodies");
        PrivateFiles.CreateFolder(_folder);
        _isMaskPrivate = PrivateFiles.IsMaskPrivate();
        DirectoryFlush.Run(spoolPath);
        _drive = new DriveInfo(_folder);
    }

    public SafeFileHandle Create(string messageId)
    {
        var file = File.OpenHandle(PathOf(messageId), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        if (_isMaskPrivate)
            return file;
        try
        {
            PrivateFiles.Tighten(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> octets, long offset) => RandomAccess.Write(file, octets, offset);

    public void Flush(SafeFileHandle file) => FileFlush.Run(file);

    public void FlushNames() => DirectoryFlush.Run(_folder);

    public SafeFileHandle? OpenRead(string messageId)
    {
        try
        {
            return File.OpenHandle(PathOf(messageId), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public void Delete(string messageId) => File.Delete(PathOf(messageId));

    public IEnumerable<string> List() =>
        Directory.EnumerateFiles(_folder, "*" + Suffix).Select(file => Path.GetFileNameWithoutExtension(file));

    public long? FindFreeBytes()
    {
        try
        {
            return _drive.AvailableFreeSpace;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string PathOf(string messageId) => Path.Combine(_folder, messageId + Suffix);
}
