namespace WassersteinAutoEncoders.Samples.Running;

/// <summary>The folder a run writes to: made and tried before hours of training depend on it.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder and writes a file into it.</summary>
    /// <exception cref="IOException">It can't be made or written to.</exception>
    public static string Prepare(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            using var probe = new FileStream(Path.Combine(path, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            probe.WriteByte(0);
            probe.Flush();
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The output folder {path} can't be written to ({failure.Message.TrimEnd('.')}). Name another one with --out.", failure);
        }
    }
}
