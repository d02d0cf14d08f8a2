namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The steps around the measurement that all commands with whole systems share.</summary>
internal static class LoadRun
{
    /// <summary>
    /// Starts the systems in an empty folder, measures, prints and keeps the table, and ends the systems, whatever happens.
    /// </summary>
    /// <param name="measure">Returns the table.</param>
    public static Task<int> RunAsync(
        LoadOptions load, string what, Func<IReadOnlyList<IMeasuredSystem>, Task<string>> measure, CancellationToken cancellation) =>
        RunAsync(load, what, () => SystemCatalog.StartAsync(load, cancellation), measure, cancellation);

    /// <summary>The same with systems of the caller's.</summary>
    public static async Task<int> RunAsync(
        LoadOptions load, string what, Func<Task<IReadOnlyList<IMeasuredSystem>>> start,
        Func<IReadOnlyList<IMeasuredSystem>, Task<string>> measure, CancellationToken cancellation)
    {
        Empty(load.Folder);
        var setting = $"{what}\n{MachineState.Describe(load.Folder)}\n\n";
        Console.Write(setting);
        var systems = await start();
        try
        {
            var table = setting + await measure(systems);
            foreach (var system in systems)
                system.Conclude();
            Console.Write($"\n{table}");
            if (load.MarkdownFile is not null)
                await File.WriteAllTextAsync(load.MarkdownFile, table, cancellation);
            return 0;
        }
        finally
        {
            await SystemCatalog.StopAsync(systems);
        }
    }

    /// <summary>Creates the folder, or empties it: it may be a mount point, which can't be deleted.</summary>
    public static void Empty(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder))
            File.Delete(file);
        foreach (var inner in Directory.EnumerateDirectories(folder).Where(inner => Path.GetFileName(inner) != "lost+found"))
            Directory.Delete(inner, recursive: true);
    }
}
