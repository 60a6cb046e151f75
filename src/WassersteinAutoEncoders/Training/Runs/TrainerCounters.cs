namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>How far training is: everything a checkpoint counts.</summary>
internal sealed class TrainerCounters
{
    /// <summary>Optimizer steps done.</summary>
    public long Step { get; set; }

    /// <summary>Epochs completed.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches used of the current epoch.</summary>
    public long Batch { get; set; }

    /// <summary>Batches whose gradients wait for the next optimizer step.</summary>
    public int Accumulated { get; set; }

    /// <summary>Steps left out because something was not finite.</summary>
    public int Skipped { get; set; }

    /// <summary>Whether the encoder has been pretrained.</summary>
    public bool Pretrained { get; set; }

    public void CopyFrom(TrainerCounters other)
        => (Step, Epoch, Batch, Accumulated, Skipped, Pretrained) = (other.Step, other.Epoch, other.Batch, other.Accumulated, other.Skipped, other.Pretrained);
}
