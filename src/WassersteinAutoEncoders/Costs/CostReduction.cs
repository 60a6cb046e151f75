namespace WassersteinAutoEncoders.Costs;

/// <summary>How a cost puts the elements ("pixels") of one example together. Examples are always averaged.</summary>
public enum CostReduction
{
    /// <summary>The sum over the elements of an example: the cost of the paper, which grows with the size of the input.</summary>
    Sum,

    /// <summary>The mean over the elements of an example.</summary>
    Mean,
}
