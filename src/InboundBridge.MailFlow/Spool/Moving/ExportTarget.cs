using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Disk;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>
/// The file that an export writes. It is written as <c>FILE.part</c>, and gets its name when it is whole and on disk: a file of that name
/// is never half an export.
/// </summary>
internal sealed class ExportTarget : IAsyncDisposable
{
    private const int Buffer = 1024 * 1024;

    private readonly string _path;

    private ExportTarget(string path, FileStream stream) => (_path, Stream) = (path, stream);

    /// <summary>Readable, so that an interrupted export can be looked at.</summary>
    public FileStream Stream { get; }

    public static string PartOf(string path) => path + ".part";

    /// <exception cref="SpoolRefusedException">The file is there, or another export writes it.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    public static ExportTarget Open(string path)
    {
        if (File.Exists(path))
            throw new SpoolRefusedException($"{path} is there already: an export overwrites nothing");
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = Buffer,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFiles.FileMode;
        return new ExportTarget(path, new FileStream(PartOf(path), options));
    }

    /// <summary>Gives the file its name.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        await Stream.FlushAsync(cancellationToken);
        FileFlush.Run(Stream);
        File.Move(PartOf(_path), _path);
        DirectoryFlush.Run(Path.GetDirectoryName(Path.GetFullPath(_path))!);
    }

    /// <summary>Leaves what an interruption left; nothing, where nothing was written.</summary>
    public async ValueTask DisposeAsync()
    {
        var isEmpty = Stream.CanRead && Stream.Length == 0;
        await Stream.DisposeAsync();
        if (isEmpty)
            File.Delete(PartOf(_path));
    }
}
