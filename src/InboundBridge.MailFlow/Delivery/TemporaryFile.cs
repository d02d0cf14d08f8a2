using InboundBridge.MailFlow.Spool.Disk;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// A file for the octets of one attempt. Only this user can read it, and it disappears with its handle, even when the process is killed.
/// </summary>
internal static class TemporaryFile
{
    public static FileStream Create(string folder)
    {
        PrivateFiles.CreateFolder(folder);
        var path = Path.Combine(folder, $"delivery-{Guid.NewGuid():N}.tmp");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
