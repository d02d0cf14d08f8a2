namespace InboundBridge.UnitTests.Layering;

/// <summary>Files and folders that a reader takes in at once.</summary>
public class FileSizeTests
{
    private const int MostLines = 400;
    private const int MostTestLines = 500;
    private const int MostMedianLines = 60;
    private const int MostFiles = 30;

    [Fact]
    public void No_file_is_long() =>
        Offences.None(Longer("src", MostLines).Concat(Longer("tests", MostTestLines)));

    [Fact]
    public void Half_of_the_files_are_short()
    {
        var lengths = SourceTree.OfRepository.Files.Select(file => file.Lines.Count).Order().ToList();
        Assert.InRange(lengths[lengths.Count / 2], 1, MostMedianLines);
    }

    [Fact]
    public void No_folder_is_crowded() =>
        Offences.None(SourceTree.OfRepository.Files.GroupBy(file => file.Folder)
            .Where(folder => folder.Count() > MostFiles)
            .Select(folder => $"src/{folder.Key} has {folder.Count()} files, at most {MostFiles}"));

    private static IEnumerable<string> Longer(string folder, int most) =>
        RepositoryFiles.SourceFiles(folder)
            .Select(file => (Name: Path.GetRelativePath(RepositoryFiles.Root, file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > most)
            .Select(file => $"{file.Name} has {file.Lines} lines, at most {most}");
}
