using System.Globalization;
using System.Text;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>What the tables and indexes of a spool take in the database.</summary>
internal sealed class SpoolSizes(SharedDatabase database, string schema)
{
    /// <returns>Octets of each table with its large values, and of each index.</returns>
    public async Task<Dictionary<string, long>> ReadAsync()
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var command = database.Source.CreateCommand(
            "SELECT c.relname, CASE c.relkind WHEN 'r' THEN pg_table_size(c.oid) ELSE pg_relation_size(c.oid) END FROM pg_class c " +
            $"WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind IN ('r', 'i')");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            sizes[reader.GetString(0)] = reader.GetInt64(1);
        return sizes;
    }

    /// <param name="ended">After the measurement.</param>
    public static string Render(
        int backlog, Dictionary<string, long> before, Dictionary<string, long> filled, Dictionary<string, long> ended)
    {
        const string Head = "\n| table or index | before, MiB | with the backlog | at the end | octets a mail |\n|---|---|---|---|---|\n";
        var table = new StringBuilder(Head);
        foreach (var (name, size) in filled.Where(one => one.Value > 1 << 20).OrderByDescending(one => one.Value))
        {
            var (was, grown) = (before.GetValueOrDefault(name), ended.GetValueOrDefault(name));
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {Mebibytes(was)} | {Mebibytes(size)} | {Mebibytes(grown)} | {(size - was) / backlog} |\n");
        }
        return table.ToString();
    }

    private static string Mebibytes(long octets) => (octets / 1048576.0).ToString("#,0", CultureInfo.InvariantCulture);
}
