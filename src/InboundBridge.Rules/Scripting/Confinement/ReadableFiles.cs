using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace InboundBridge.Rules.Scripting.Confinement;

/// <summary>Whether a user who owns nothing can read the program that is to be started, and its runtime.</summary>
internal static class ReadableFiles
{
    private static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);

    public static bool AreReadableByAll(ProcessStartInfo start) =>
        start.ArgumentList.Append(start.FileName).Where(Path.IsPathRooted).Select(file => Path.GetDirectoryName(file)!)
            .Append(RuntimeEnvironment.GetRuntimeDirectory())
            .All(folder => Known.GetOrAdd(Path.TrimEndingDirectorySeparator(folder), IsReadable));

    private static bool IsReadable(string folder)
    {
        try
        {
            for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
            {
                if (!Mode(above.FullName).HasFlag(UnixFileMode.OtherExecute))
                    return false;
            }
            return Mode(folder).HasFlag(UnixFileMode.OtherRead)
                && Directory.EnumerateFiles(folder).All(file => Mode(file).HasFlag(UnixFileMode.OtherRead) || !IsLoaded(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A worker does not read data files beside the program.</summary>
    private static bool IsLoaded(string file) => Path.GetExtension(file) is ".dll" or ".so" or ".json" or "";

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
}
