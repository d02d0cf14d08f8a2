using InboundBridge.Benchmarks.Spool;

if (args is ["spool", var folder, ..])
    return await SpoolBenchmark.RunAsync(folder, args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 3);
if (args is ["backlog", var path, var count])
    return await BacklogBenchmark.RunAsync(path, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
if (args is ["once", var place, var what, var lanes, var seconds])
    return await SpoolBenchmark.OnceAsync(place, what, int.Parse(lanes, System.Globalization.CultureInfo.InvariantCulture), int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture));
Console.Error.WriteLine("usage: spool FOLDER [ROUNDS] | once FOLDER discard|commit|life CONCURRENCY SECONDS | backlog FOLDER DELIVERIES   (FOLDER on a journaled disk; it is emptied)");
return 2;
