import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick?: (() => void) | undefined;
  readonly icon?: IconName;
  readonly look?: "plain" | "primary" | "quiet" | "danger";
  readonly isDisabled?: boolean;
  readonly title?: string | undefined;
  readonly type?: "button" | "submit";
}

export function Button({ children, onClick, icon, look = "plain", isDisabled = false, title, type = "button" }: ButtonProps) {
  return (
    <button type={type} className={`button button-${look}`} onClick={onClick} disabled={isDisabled} title={title}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps {
  readonly name: string;
  readonly icon: IconName;
  readonly onClick: () => void;
  readonly isDisabled?: boolean;
  readonly title?: string;
  readonly isPressed?: boolean;
  readonly className?: string;
}

/** A button that shows only a sign; `name` is what it is called. */
export function IconButton({ name, icon, onClick, isDisabled = false, title, isPressed, className = "" }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={name}
      aria-pressed={isPressed}
      title={title ?? name}
      onClick={onClick}
      disabled={isDisabled}
    >
      <Icon name={icon} />
    </button>
  );
}
